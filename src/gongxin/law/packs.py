"""From pack folders to the content of a release. A child adds or tightens, never silences."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from gongxin.core.adapter import Adapter
from gongxin.core.catalog import Item
from gongxin.core.citation import Document, Label
from gongxin.core.clauses import (
    CalendarYear,
    Chapter,
    ClassRow,
    HandIn,
    Matter,
    Measure,
    Model,
    Never,
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
from gongxin.core.profile import Profile
from gongxin.law.build import build
from gongxin.law.release import Content, PackInfo
from gongxin.law.source import Fault, LawError, Mapping, Node, Place, Sequence, Text, read_file

HEAD = "pack.yaml"
_NAME = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class PackHead:
    """What ``pack.yaml`` says."""

    pack: str
    extends: str
    version: str
    name: Label
    description: str = ""


@dataclass(frozen=True, slots=True)
class RuleAddition:
    """Rows that a child pack adds to a publicity rule of a parent."""

    adds_to: str
    classes: tuple[ClassRow, ...] = ()
    never: tuple[Never, ...] = ()


@dataclass(slots=True)
class Draft:
    """Content while it is put together, with the place where each id was first given."""

    parts: dict[str, list[Any]] = field(default_factory=dict)
    ids: dict[tuple[str, str], Place] = field(default_factory=dict)
    cases: list[Mapping] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def add(self, part: str, identity: str, value: object, place: Place) -> None:
        """Take a clause; an id that exists already is a fault, for that would silence it."""
        key = (part, identity)
        if part != "site" and key in self.ids:
            message = f"{part} {identity} exists already at {self.ids[key]}: a pack only adds"
            self.faults.append(Fault(place, message))
            return
        self.ids.setdefault(key, place)
        self.parts.setdefault(part, []).append(value)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A pack chain read from its folders: content, cases and where each clause stands."""

    content: Content
    cases: tuple[Mapping, ...]
    places: dict[tuple[str, str], Place]


def load(folder: Path, *, profiles: Path | None = None) -> Loaded:
    """Read a pack with all its parents (folders beside it) and the profiles.

    Raises:
        LawError: with every fault found in every file.
    """
    chain = _chain(folder)
    draft = Draft()
    for head, pack_folder in chain:
        for path in sorted(pack_folder.rglob("*.yaml")):
            if path.name != HEAD:
                _take(draft, path, shown_as=f"{head.pack}/{path.relative_to(pack_folder)}")
    if profiles is not None:
        for path in sorted(profiles.glob("*/profile.yaml")):
            _try(draft, partial(_take_profile, draft, path))
    if draft.faults:
        raise LawError(draft.faults)
    return Loaded(_content(chain, draft.parts), tuple(draft.cases), draft.ids)


def _chain(folder: Path) -> list[tuple[PackHead, Path]]:
    """Return the pack and its parents, the eldest first."""
    folder = folder.resolve()
    chain: list[tuple[PackHead, Path]] = []
    name = folder.name
    while name != "" or len(chain) == 0:
        head = _head(folder.parent, name)
        if head.pack != name or head.pack in {h.pack for h, _ in chain}:
            message = f"a pack is named after its folder ({name}) and extends each parent once"
            raise LawError([Fault(Place(f"{name}/{HEAD}", 1), message)])
        chain.insert(0, (head, folder.parent / name))
        name = head.extends
    return chain


def _head(packs: Path, name: str) -> PackHead:
    path = packs / name / HEAD
    if _NAME.fullmatch(name) is None or not path.is_file():
        message = f"there is no pack {name!r} ({HEAD} is missing)"
        raise LawError([Fault(Place(str(path), 1), message)])
    return build(PackHead, read_file(path, shown_as=f"{name}/{HEAD}"))


def _content(chain: list[tuple[PackHead, Path]], parts: dict[str, list[Any]]) -> Content:
    def part(name: str) -> tuple[Any, ...]:
        return tuple(parts.get(name, ()))

    return Content(
        place=chain[-1][0].pack,
        packs=tuple(PackInfo(head.pack, head.version) for head, _ in chain),
        documents=part("documents"),
        items=part("items"),
        publicity=part("publicity"),
        models=part("models"),
        measures=part("measures"),
        tasks=part("tasks"),
        chapters=part("chapters"),
        matters=part("matters"),
        purposes=part("purposes"),
        required_checks=part("required_checks"),
        notices=part("notices"),
        safeguards=part("safeguards"),
        units=part("units"),
        hand_in=part("hand_in"),
        adapters=part("adapters"),
        supplies=part("supplies"),
        site=part("site"),
        calendar=part("calendar"),
        profiles=part("profiles"),
    )


def _try(draft: Draft, take: Callable[[], None]) -> None:
    try:
        take()
    except LawError as error:
        draft.faults.extend(error.faults)


def _take(draft: Draft, path: Path, *, shown_as: str) -> None:
    def take() -> None:
        node = read_file(path, shown_as=shown_as)
        kind = node.text("kind")
        if kind not in _KINDS:
            message = f"kind must be one of {', '.join(_KINDS)}"
            raise LawError([Fault(node.place, message)])
        _KINDS[kind](draft, node.without("kind"))

    _try(draft, take)


def _take_profile(draft: Draft, path: Path) -> None:
    node = read_file(path, shown_as=f"profiles/{path.parent.name}/{path.name}")
    profile = build(Profile, node)
    draft.add("profiles", profile.profile, profile, node.place)


def _single(part: str, shape: type[Any], identity: str) -> Callable[[Draft, Mapping], None]:
    """A kind whose file holds one clause at top level."""

    def take(draft: Draft, node: Mapping) -> None:
        value = build(shape, node)
        draft.add(part, str(getattr(value, identity, "")), value, node.place)

    return take


def _listed(*lists: tuple[str, type[Any], str]) -> Callable[[Draft, Mapping], None]:
    """A kind whose file holds lists of clauses under their names."""

    def take(draft: Draft, node: Mapping) -> None:
        known = {name for name, _, _ in lists}
        for key, value in node.entries:
            if key.text not in known:
                message = f"unknown key {key.text}; known: {', '.join(sorted(known))}"
                raise LawError([Fault(key.place, message)])
            shape, identity = next((s, i) for name, s, i in lists if name == key.text)
            for entry in _items(value):
                clause = build(shape, entry)
                draft.add(key.text, getattr(clause, identity), clause, entry.place)

    return take


def _items(node: Node) -> tuple[Node, ...]:
    if not isinstance(node, Sequence):
        raise LawError([Fault(node.place, "a list is wanted here")])
    return node.items


def _repair(draft: Draft, node: Mapping) -> None:
    if not isinstance(node.get("adds_to"), Text):
        rule = build(PublicityRule, node)
        draft.add("publicity", rule.rule, rule, node.place)
        return
    addition = build(RuleAddition, node)
    rules: list[PublicityRule] = draft.parts.get("publicity", [])
    for position, rule in enumerate(rules):
        if rule.rule == addition.adds_to:
            rules[position] = replace(
                rule,
                classes=rule.classes + addition.classes,
                never=rule.never + addition.never,
            )
            return
    raise LawError([Fault(node.place, f"no parent has the rule {addition.adds_to}")])


_KINDS: dict[str, Callable[[Draft, Mapping], None]] = {
    "documents": _listed(("documents", Document, "id")),
    "catalog": _single("items", Item, "item"),
    "repair": _repair,
    "models": _single("models", Model, "model"),
    "measures": _listed(("measures", Measure, "measure")),
    "tasks": _listed(("tasks", Task, "task")),
    "chapters": _listed(("chapters", Chapter, "chapter")),
    "scenes": _listed(("matters", Matter, "matter"), ("purposes", Purpose, "purpose")),
    "notices": _listed(("notices", NoticeText, "notice")),
    "required-checks": _listed(("required_checks", RequiredCheck, "matter")),
    "safeguards": lambda draft, node: draft.parts.setdefault("safeguards", []).append(
        build(Safeguards, node)
    ),
    "units": _listed(
        ("units", Unit, "uscc"), ("hand_in", HandIn, "unit"), ("supplies", Supply, "supply")
    ),
    "adapters": _listed(("adapters", Adapter, "adapter")),
    "site": _single("site", Site, "place"),
    "calendar": _single("calendar", CalendarYear, "year"),
    "cases": lambda draft, node: draft.cases.append(node),
}
