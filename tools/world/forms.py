"""The forms that the catalog of the national pack gives to departments (报送表)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

CATALOG = Path(__file__).resolve().parents[2] / "packs/national/catalog"


@dataclass(frozen=True, slots=True)
class Form:
    """What a file of one catalog item looks like: field codes, their names, roles and kinds."""

    item: str
    columns: tuple[str, ...]
    names: dict[str, str]
    dates: frozenset[str]
    required: frozenset[str]
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
def read_forms(catalog: Path = CATALOG) -> dict[str, Form]:
    """Return the form of every item of the catalog, by its name."""
    return {path.stem: _read(path) for path in sorted(catalog.glob("*.yaml"))}


def _read(path: Path) -> Form:
    # BaseLoader keeps every value a text: 01 and yes stay what they are.
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    fields = content["fields"]
    return Form(
        item=content["item"],
        columns=tuple(field["identify"] for field in fields),
        names={field["identify"]: field["name"]["zh"] for field in fields},
        dates=frozenset(field["identify"] for field in fields if field["dataType"] == "date"),
        required=frozenset(field["identify"] for field in fields if field.get("required") == "yes"),
        roles=content["roles"],
    )
