"""All lints of law together, and the way from a pack folder to a release that may act."""

from collections.abc import Callable
from pathlib import Path

from gongxin.law.lints.adapters import lint_adapters
from gongxin.law.lints.catalog import lint_items
from gongxin.law.lints.chapters import lint_chapters
from gongxin.law.lints.citations import lint_citations, lint_documents
from gongxin.law.lints.findings import Found
from gongxin.law.lints.measures import lint_matters, lint_measures, lint_required_checks
from gongxin.law.lints.models import lint_models
from gongxin.law.lints.notices import lint_notices
from gongxin.law.lints.patterns import lint_patterns
from gongxin.law.lints.place import lint_calendar, lint_site, lint_supplies, lint_units
from gongxin.law.lints.profiles import lint_profiles
from gongxin.law.lints.publicity import lint_publicity
from gongxin.law.lints.safeguards import lint_safeguards
from gongxin.law.lints.tasks import lint_tasks
from gongxin.law.packs import Loaded, load
from gongxin.law.release import Content, Release
from gongxin.law.source import Fault, LawError, Place

LINTS: tuple[Callable[[Content], Found], ...] = (
    lint_documents,
    lint_citations,
    lint_items,
    lint_publicity,
    lint_models,
    lint_measures,
    lint_matters,
    lint_required_checks,
    lint_notices,
    lint_tasks,
    lint_chapters,
    lint_safeguards,
    lint_units,
    lint_supplies,
    lint_calendar,
    lint_site,
    lint_profiles,
    lint_patterns,
    lint_adapters,
)


def lint(loaded: Loaded) -> list[Fault]:
    """Return every fault of meaning in a pack chain, each at the clause's file and line."""
    content = loaded.content
    nowhere = Place(content.place, 1)
    return [
        Fault(loaded.places.get(key, nowhere), message)
        for find in LINTS
        for key, message in find(content)
    ]


def compile_place(folder: Path, *, profiles: Path | None) -> Release:
    """Read, lint and compile the packs of a place (编译规则发布包).

    Args:
        folder: the place's pack; its parents stand beside it.
        profiles: the folder of source profiles, or None for a release without any.

    Raises:
        LawError: with every fault; nothing with a fault is compiled.
    """
    loaded = load(folder, profiles=profiles)
    faults = lint(loaded)
    if len(faults) > 0:
        raise LawError(faults)
    return Release(loaded.content)
