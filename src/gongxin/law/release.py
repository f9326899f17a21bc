"""The compiled release: all clauses of a place's packs as one hashed document (规则发布包)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from gongxin.core import digest
from gongxin.core.adapter import Adapter
from gongxin.core.catalog import Item
from gongxin.core.citation import Document
from gongxin.core.clauses import (
    CalendarYear,
    Chapter,
    HandIn,
    Matter,
    Measure,
    Model,
    NoticeText,
    PublicityRule,
    Purpose,
    RequiredCheck,
    Safeguards,
    Site,
    Supply,
    Task,
    Unit,
)
from gongxin.core.evaluation import CompiledModel, compile_model
from gongxin.core.profile import Profile
from gongxin.core.workdays import Calendar
from gongxin.law.build import build, from_plain, to_plain
from gongxin.law.source import Fault, LawError, Place


@dataclass(frozen=True, slots=True)
class PackInfo:
    """One pack of the chain, parent first."""

    pack: str
    version: str


@dataclass(frozen=True)
class Content:
    """What a release holds; every part in the order of the packs, parent first."""

    place: str
    packs: tuple[PackInfo, ...]
    documents: tuple[Document, ...]
    items: tuple[Item, ...]
    publicity: tuple[PublicityRule, ...]
    models: tuple[Model, ...]
    measures: tuple[Measure, ...]
    tasks: tuple[Task, ...]
    chapters: tuple[Chapter, ...]
    matters: tuple[Matter, ...]
    purposes: tuple[Purpose, ...]
    required_checks: tuple[RequiredCheck, ...]
    notices: tuple[NoticeText, ...]
    safeguards: tuple[Safeguards, ...]
    units: tuple[Unit, ...]
    site: tuple[Site, ...]  # the last one counts
    calendar: tuple[CalendarYear, ...]
    profiles: tuple[Profile, ...]
    hand_in: tuple[HandIn, ...] = ()
    adapters: tuple[Adapter, ...] = ()
    supplies: tuple[Supply, ...] = ()


class Release:
    """Compiled law with its hash; equal content gives the same hash on every machine."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.text = written(content)
        self.hash = digest.digest(self.text.encode())

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Catalog items by id."""
        return {item.item: item for item in self.content.items}

    @cached_property
    def publicity(self) -> Mapping[str, PublicityRule]:
        """The publicity rule of each item that has one."""
        return {item: rule for rule in self.content.publicity for item in rule.items}

    @cached_property
    def notices(self) -> Mapping[str, str]:
        """The words of each notice."""
        return {notice.notice: notice.text for notice in self.content.notices}

    @cached_property
    def models(self) -> Mapping[str, Model]:
        """Evaluation models by id."""
        return {model.model: model for model in self.content.models}

    @cached_property
    def compiled_models(self) -> Mapping[str, CompiledModel]:
        """Evaluation models by id with their expressions parsed."""
        models = self.content.models
        return {model.model: compile_model(model, self.items) for model in models}

    @cached_property
    def adapters(self) -> Mapping[str, Adapter]:
        """Adapters to other platforms by id."""
        return {one.adapter: one for one in self.content.adapters}

    @cached_property
    def documents(self) -> Mapping[str, Document]:
        """Cited documents by id."""
        return {document.id: document for document in self.content.documents}

    @cached_property
    def safeguards(self) -> Safeguards:
        """The safeguards of all packs together: a child only adds."""
        return merge_safeguards(self.content.safeguards)

    @cached_property
    def calendar(self) -> Calendar:
        """The working-day calendar of all published years."""
        years = [year for year in self.content.calendar if year.holidays]
        return Calendar(
            holidays=frozenset(day for year in years for day in year.holidays),
            workdays=frozenset(day for year in years for day in year.workdays),
            first=date(min((y.year for y in years), default=1), 1, 1),
            last=date(max((y.year for y in years), default=1), 12, 31),
        )


def written(value: object) -> str:
    """Return clauses as the one JSON text of which a hash is taken."""
    return json.dumps(to_plain(value), ensure_ascii=False, sort_keys=True, indent=1)


def merge_safeguards(parts: tuple[Safeguards, ...]) -> Safeguards:
    """Return one set of safeguards that holds every word of every part."""
    merged = Safeguards((), (), (), ())
    for part in parts:
        merged = replace(
            merged,
            **{f.name: getattr(merged, f.name) + getattr(part, f.name) for f in fields(part)},
        )
    return merged


def read_release(path: Path) -> Release:
    """Read a compiled release and check that its text is what the compiler writes.

    Raises:
        LawError: not a release, or changed after it was compiled.
    """
    try:
        text = path.read_text(encoding="utf-8")
        plain = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        message = f"not a compiled release: {error}; run gongxin pack compile"
        raise LawError([Fault(Place(str(path), 1), message)]) from error
    message = (
        "the release was changed after it was compiled, or another version of the program"
        " compiled it; run gongxin init --pack NAME again: it keeps all data"
    )
    try:
        release = Release(build(Content, from_plain(plain, shown_as=str(path))))
    except LawError as error:
        raise LawError([Fault(Place(str(path), 1), message)]) from error
    if release.text != text:
        raise LawError([Fault(Place(str(path), 1), message)])
    return release
