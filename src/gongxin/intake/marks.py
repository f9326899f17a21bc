"""What a template says of itself, and whether it is still the current one (模板标识)."""

import json
from dataclasses import astuple, dataclass

from gongxin.core import digest, documents, privacy
from gongxin.core.catalog import Item
from gongxin.engines.files import FileRefused
from gongxin.intake.recognise import Wanted
from gongxin.law import Release

MARK = "gongxin_template"
SHOWN = 20


class OldTemplate(FileRefused):
    """A file is a template of another edition of its item; nothing of it was taken."""

    code = "intake.old_template"


@dataclass(frozen=True, slots=True)
class Template:
    """Which template a workbook is: item, its edition, hash of what is filled in."""

    item: str
    edition: str
    hash: str


def template_of(item: Item) -> Template:
    """Return the item's current template.

    The hash is of what decides how a table is filled in; a corrected remark makes no template old.
    """
    fields = [
        (
            field.identify,
            field.name.zh,
            field.data_type,
            field.data_length,
            field.optional_range,
            [(code.value, code.name.zh) for code in field.codes],
            field.required,
        )
        for field in item.fields
    ]
    text = json.dumps([item.item, item.edition, fields], ensure_ascii=False)
    return Template(item.item, item.edition, digest.digest(text.encode()))


def wanted(marks: tuple[str, ...], said: Wanted, release: Release, *, file: str) -> Wanted:
    """Return what a file is to be read as: a template names its item itself.

    Args:
        marks: the first column of the file's hidden sheet; of other files empty.
        said: what the sender says the file is.
        release: the rules in force.
        file: the file's name as messages may repeat it.

    Raises:
        OldTemplate: the item's fields are others today, or it has left the catalog.
        FileRefused: the template is of another item than the sender says.
    """
    if marks[:1] != (MARK,):
        return said
    held = Template(*(*marks[1:4], "", "", "")[:3])
    item = release.items.get(held.item)
    if item is None:
        message = (
            f"{file}: a template of {_shown(held.item)} (edition {_shown(held.edition)}), which is"
            " not in the catalog; make one with gongxin template ITEM"
        )
        raise OldTemplate(message, file=file)
    current = template_of(item)
    if astuple(held) != astuple(current):
        message = (
            f"{file}: an old template of {item.name.zh} (edition {_shown(held.edition)},"
            f" {_shown(held.hash)}; the current one is edition {current.edition},"
            f" {_shown(current.hash)}); get it with gongxin template {item.item}, move the rows,"
            " send it again"
        )
        raise OldTemplate(message, file=file, item=item.item, edition=_shown(held.edition))
    if said.item not in ("", item.item):
        message = f"{file}: a template of {item.item}, not of {said.item}; leave out --type"
        raise FileRefused(message, file=file)
    return Wanted(item.item, said.profile)


def _shown(said: str) -> str:
    """Return what a file says of itself as a message may repeat it: short, in one line, masked."""
    return privacy.mask(" ".join(documents.without_invisible(said).split()))[:SHOWN]
