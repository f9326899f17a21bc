"""The three lists (三清单) and the four libraries (四库) as they follow from one release.

Nothing here is written by hand: catalog, measures, matters, tasks and models of the packs say what
there is, who reports it and what it is used for. Every row names its source of law; rows stand in
the order of the packs, parent first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from gongxin.core import digest
from gongxin.core.catalog import Field, Item, Nature, Phase, PublicRange, RecordClass
from gongxin.core.citation import Label
from gongxin.core.clauses import Matter, Measure, Task
from gongxin.law.basis import Source, in_force, sources
from gongxin.law.release import PackInfo, Release, written

ILLUSTRATIVE = "illustrative"
LIBRARIES = {
    "catalog": Label("信用信息目录", "Catalog of credit information"),
    "measures": Label("信用措施清单", "Measures"),
    "tasks": Label("信用协同业务任务清单", "Coordination tasks"),
    "models": Label("信用评价指引", "Evaluation guide"),
}


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of information that exists: one row of the resource list (政务信用信息资源清单)."""

    item: str
    name: Label
    edition: str
    layer: str
    category: str
    owner: str
    deadline_working_days: int
    public_type: PublicRange
    record_class: RecordClass
    nature: Nature
    phase: Phase
    subjects: tuple[str, ...]
    fields: tuple[Field, ...]
    basis: tuple[Source, ...]
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Report:
    """Who reports what by when: one row of the reporting list (信用数据报送清单).

    The deadline counts working days from the decision. ``required_fields`` are codes of fields that
    every row needs, ``conditional_fields`` of those that some rows need.
    """

    item: str
    name: Label
    owner: str
    deadline_working_days: int
    required_fields: tuple[str, ...]
    conditional_fields: tuple[str, ...]
    basis: tuple[Source, ...]
    illustrative: bool


@dataclass(frozen=True, slots=True)
class ListedMeasure:
    """A measure or incentive that law attaches to items in a matter, and who carries it out."""

    measure: str
    name: Label
    kind: str
    items: tuple[str, ...]
    implementing_unit: str
    basis: tuple[Source, ...]
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Application:
    """What a matter uses: one row of the application list (信用产品应用清单).

    ``items`` is all that the matter may show; their basis stands in the resource list. What may
    follow from them is in ``measures``, each with its own basis; without one they only inform.
    """

    matter: str
    name: Label
    scene: str
    items: tuple[str, ...]
    measures: tuple[ListedMeasure, ...]


@dataclass(frozen=True, slots=True)
class ListedTask:
    """A coordination task with its sources (信用协同业务任务)."""

    task: str
    name: Label
    lead_unit: str
    cooperating_units: tuple[str, ...]
    items: tuple[str, ...]
    matters: tuple[str, ...]
    work: Label
    cycle: str
    basis: tuple[Source, ...]
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Library:
    """One of the four libraries (四库).

    ``hash`` is of its entries alone: it stays the same while other clauses of the release change.
    """

    library: str  # catalog | measures | tasks | models
    name: Label
    n_entries: int
    n_illustrative: int
    editions: tuple[str, ...]
    hash: str


@dataclass(frozen=True, slots=True)
class Lists:
    """All lists and libraries of a place, with the release and the packs they follow from."""

    place: str
    release: str
    packs: tuple[PackInfo, ...]
    resources: tuple[Resource, ...]
    reports: tuple[Report, ...]
    applications: tuple[Application, ...]
    tasks: tuple[ListedTask, ...]
    libraries: tuple[Library, ...]


@lru_cache(maxsize=2)
def lists_of(release: Release, day: date) -> Lists:
    """Return a release's three lists, with measures in force on the day, and four libraries."""
    content = release.content
    return Lists(
        place=content.place,
        release=release.hash,
        packs=content.packs,
        resources=tuple(_resource(item, release) for item in content.items),
        reports=tuple(_report(item, release) for item in content.items),
        applications=tuple(_application(matter, release, day) for matter in content.matters),
        tasks=tuple(_listed_task(task, release) for task in content.tasks),
        libraries=_libraries(release),
    )


def _resource(item: Item, release: Release) -> Resource:
    return Resource(
        item=item.item,
        name=item.name,
        edition=item.edition,
        layer=item.layer,
        category=item.category,
        owner=item.owner,
        deadline_working_days=item.deadline_working_days,
        public_type=item.public_type,
        record_class=item.record_class,
        nature=item.nature,
        phase=item.phase,
        subjects=item.subjects,
        fields=item.fields,
        basis=sources(item.basis, release),
        illustrative=item.illustrative,
    )


def _report(item: Item, release: Release) -> Report:
    needed = {field.identify: field.required for field in item.fields if field.required != "no"}
    return Report(
        item=item.item,
        name=item.name,
        owner=item.owner,
        deadline_working_days=item.deadline_working_days,
        required_fields=tuple(code for code, when in needed.items() if when == "yes"),
        conditional_fields=tuple(code for code, when in needed.items() if when != "yes"),
        basis=sources(item.basis, release),
        illustrative=item.illustrative,
    )


def _application(matter: Matter, release: Release, day: date) -> Application:
    return Application(
        matter=matter.matter,
        name=matter.name,
        scene=matter.scene,
        items=matter.shows,
        measures=tuple(
            _listed_measure(measure, release)
            for measure in release.content.measures
            if matter.matter in measure.matters and in_force(measure.basis, release, day)
        ),
    )


def _listed_measure(measure: Measure, release: Release) -> ListedMeasure:
    return ListedMeasure(
        measure=measure.measure,
        name=measure.name,
        kind=measure.kind,
        items=measure.items,
        implementing_unit=measure.implementing_unit,
        basis=sources(measure.basis, release),
        illustrative=measure.illustrative,
    )


def _listed_task(task: Task, release: Release) -> ListedTask:
    return ListedTask(
        task=task.task,
        name=task.name,
        lead_unit=task.lead_unit,
        cooperating_units=task.cooperating_units,
        items=task.items,
        matters=task.matters,
        work=task.work,
        cycle=task.cycle,
        basis=sources(task.basis, release),
        illustrative=task.illustrative,
    )


def _libraries(release: Release) -> tuple[Library, ...]:
    content = release.content
    examples = [model.standing == ILLUSTRATIVE for model in content.models]
    return (
        _library("catalog", content.items, [item.edition for item in content.items]),
        _library("measures", content.measures),
        _library("tasks", content.tasks),
        _library("models", content.models, [model.version for model in content.models], examples),
    )


def _library(
    library: str,
    entries: Sequence[object],
    editions: Iterable[str] = (),
    examples: Iterable[bool] | None = None,
) -> Library:
    marked = (getattr(entry, "illustrative", False) for entry in entries)
    return Library(
        library=library,
        name=LIBRARIES[library],
        n_entries=len(entries),
        n_illustrative=sum(marked if examples is None else examples),
        editions=tuple(sorted(set(editions))),
        hash=digest.digest(written(entries).encode()),
    )
