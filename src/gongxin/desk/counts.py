"""How much was asked, by purpose, unit, scene and matter, for who may count it (核查统计, 2-34).

What is shown are looks and cases of units that the policy lets be counted. Nothing is ranked, and
an answer in which a measure stood is neither a refusal nor a success (legal.md L7).
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse

from gongxin import law
from gongxin.accounts import units
from gongxin.accounts.policy import Action, Actor, Resource, can
from gongxin.audit.actions import record
from gongxin.check import cases, statistics
from gongxin.check.cases import Rate
from gongxin.check.statistics import Looks, Outcomes
from gongxin.core.audit import By, Deed
from gongxin.core.cells import neutral
from gongxin.core.citation import Label
from gongxin.desk import wording
from gongxin.desk.access import POSTED, actor_of, by, desk_page, page
from gongxin.desk.counts_forms import CountForm
from gongxin.law import Release

CSV = "text/csv; charset=utf-8"
Names = Mapping[str, str | Label]
MARK = "\ufeff"  # else a spreadsheet reads Chinese in another code


@dataclass(frozen=True, slots=True)
class Share:
    """Figures of one purpose, unit, scene or matter; ``tenths`` of a percent of all checks."""

    name: str | Label
    queries: int
    checks: int
    with_measures: int
    tenths: int

    @property
    def percent(self) -> str:
        """The share as it is written."""
        return f"{self.tenths // 10}.{self.tenths % 10}%"

    @property
    def width(self) -> str:
        """The share as the length of a bar of 100."""
        return f"{self.tenths // 10}.{self.tenths % 10}"


@dataclass(frozen=True, slots=True)
class Counted:
    """All that was counted of a period."""

    looks: tuple[Looks, ...]
    outcomes: tuple[Outcomes, ...]
    rates: tuple[Rate, ...]


@desk_page(Action.COUNT_CHECKS, fresh=True)
def counts(request: HttpRequest) -> HttpResponse:
    """Show the figures of a period: this month's, or of the days that were asked for."""
    form = CountForm(request.GET or CountForm.this_month())
    if not form.is_valid():
        return page(request, "counts.html", {"form": form})
    release, days = _release(), form.days()
    found = counted(actor_of(request), days, release, by=by(request))
    context = {"form": form, "days": days, **_tables(found, release)}
    return page(request, "counts.html", context)


@desk_page(Action.COUNT_CHECKS, fresh=True, methods=POSTED)
def file(request: HttpRequest) -> HttpResponse:
    """Hand out a table as a file for a spreadsheet; no cell of it is a formula (T12)."""
    form = CountForm(request.POST)
    writer = WRITERS.get(request.POST.get("table", ""))
    if writer is None or not form.is_valid():
        raise Http404
    found = counted(actor_of(request), form.days(), _release(), by=by(request))
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(
        [neutral(str(cell)) for cell in row] for row in writer(found)
    )
    answer = HttpResponse(MARK + out.getvalue(), content_type=CSV)
    answer.headers["Content-Disposition"] = 'attachment; filename="counts.csv"'
    return answer


@transaction.atomic
def counted(actor: Actor, days: tuple[date, date], release: Release, *, by: By) -> Counted:
    """Count the checks of the units that the actor may count, and record that he did."""
    first, last = days
    whose = countable(actor)
    found = Counted(
        statistics.looks(first=first, last=last, release=release, units=whose),
        statistics.outcomes(first=first, last=last, units=whose),
        tuple(cases.rates(first=first, last=last, units=whose)),
    )
    details = {"first": first.isoformat(), "last": last.isoformat(), "units": str(len(whose))}
    deed = Deed(
        at=by.at,
        actor=by.actor,
        action="count-checks",
        object="",
        on_behalf=actor.unit,
        details=details,
    )
    record(deed)
    return found


def countable(actor: Actor) -> list[str]:
    """Return the codes of the units whose checks the actor may count, his own with them."""
    regions = dict(units.all_regions())
    regions.setdefault(actor.unit, actor.region)  # a bank is no registered unit
    return [
        code
        for code, region in sorted(regions.items())
        if can(actor, Action.COUNT_CHECKS, Resource(owner=code, region=region)).allow
    ]


def shares(looks: Sequence[Looks], key: Callable[[Looks], str], names: Names) -> tuple[Share, ...]:
    """Return the figures by a key, in the key's order, with the share of all checks."""
    every = sum(one.checks for one in looks)
    groups: dict[str, list[Looks]] = {}
    for one in looks:
        groups.setdefault(key(one), []).append(one)
    return tuple(_share(names.get(name, name), groups[name], every) for name in sorted(groups))


def _share(name: str | Label, group: Sequence[Looks], every: int) -> Share:
    checks = sum(one.checks for one in group)
    return Share(
        name=name,
        queries=sum(one.queries for one in group),
        checks=checks,
        with_measures=sum(one.with_measures for one in group),
        tenths=(checks * 2_000 + every) // (every * 2),
    )


def _tables(found: Counted, release: Release) -> Mapping[str, object]:
    content, looks = release.content, found.looks
    matters: Names = {one.matter: one.name for one in content.matters}
    purposes: Names = {one.purpose: one.name for one in content.purposes}
    names: Names = dict(units.names())
    return {
        "queries": sum(one.queries for one in looks),
        "checks": sum(one.checks for one in looks),
        "by_purpose": shares(looks, lambda one: one.purpose, purposes),
        "by_unit": shares(looks, lambda one: one.unit, names),
        "by_scene": shares(looks, lambda one: one.scene, {}),
        "by_matter": shares(looks, lambda one: one.matter, matters),
        "rates": [
            (names.get(one.unit, one.unit), matters.get(one.matter, one.matter), one)
            for one in found.rates
        ],
        "outcomes": [
            (matters.get(one.matter, one.matter), wording.OUTCOMES[one.outcome], one.cases)
            for one in found.outcomes
        ],
    }


def _look_rows(found: Counted) -> Iterable[tuple[object, ...]]:
    names = units.names()
    yield (
        "unit",
        "unit_name",
        "scene",
        "matter",
        "purpose",
        "queries",
        "checks",
        "organisations",
        "with_measures",
    )
    for one in found.looks:
        yield (
            one.unit,
            names.get(one.unit, ""),
            one.scene,
            one.matter,
            one.purpose,
            one.queries,
            one.checks,
            one.organisations,
            one.with_measures,
        )


def _rate_rows(found: Counted) -> Iterable[tuple[object, ...]]:
    names = units.names()
    yield "unit", "unit_name", "matter", "checked", "cases"
    for one in found.rates:
        yield one.unit, names.get(one.unit, ""), one.matter, one.checked, one.cases


WRITERS: Mapping[str, Callable[[Counted], Iterable[tuple[object, ...]]]] = {
    "checks": _look_rows,
    "rates": _rate_rows,
}


def _release() -> Release:
    return law.active(settings.GONGXIN.home)
