"""The forms that the catalog of the national pack gives to departments (报送表)."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from gongxin.core.catalog import DataType, Item
from gongxin.law import load

PACK = Path(__file__).resolve().parents[2] / "packs/national"


@dataclass(frozen=True, slots=True)
class Form:
    """What a file of one catalog item looks like: field codes, their names, days and roles."""

    item: str
    columns: tuple[str, ...]
    names: dict[str, str]
    dates: frozenset[str]
    roles: dict[str, str]

    def header(self, rows: Iterable[dict[str, str]]) -> tuple[str, ...]:
        """Return the columns that any of the rows has, in the catalog's order.

        Raises:
            ValueError: a row has a column that the item lacks.
        """
        used = set().union(*rows)
        if used - set(self.columns):
            message = f"{self.item} has no fields {sorted(used - set(self.columns))}"
            raise ValueError(message)
        return tuple(column for column in self.columns if column in used)


@cache
def read_forms(pack: Path = PACK) -> dict[str, Form]:
    """Return the form of every item of the pack's catalog, by its name."""
    return {item.item: _form(item) for item in load(pack).content.items}


def _form(item: Item) -> Form:
    return Form(
        item=item.item,
        columns=item.columns,
        names={field.identify: field.name.zh for field in item.fields},
        dates=frozenset(f.identify for f in item.fields if f.data_type is DataType.DATE),
        roles={role: column for role, column in asdict(item.roles).items() if column != ""},
    )
