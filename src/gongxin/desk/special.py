"""Special queries at the desk: applying, deciding, and looking up what is not public (特殊查询)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse

from gongxin import law
from gongxin.accounts import special, units
from gongxin.accounts.acting import looks_up
from gongxin.accounts.policy import Action, Actor, Decision, Resource, can
from gongxin.audit.actions import record
from gongxin.core import uscc
from gongxin.core.audit import ALLOWED, DENIED, By, Deed
from gongxin.core.catalog import PublicRange
from gongxin.derive.archive import FieldValue
from gongxin.derive.classed import ClassedArchive, ClassedRecord, classed_archive
from gongxin.desk import clock, views
from gongxin.desk.access import POSTED, TYPED, actor_of, by, desk_page, page
from gongxin.desk.special_forms import ApplyForm, DecideForm, LookForm, RevokeForm
from gongxin.law import Release


@dataclass(frozen=True, slots=True)
class Question:
    """A look at one organisation: for which purpose and matter, in which case."""

    code: str
    purpose: str
    matter: str
    case_no: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A record with the fields that this look may see."""

    record: ClassedRecord
    fields: tuple[FieldValue, ...]


@desk_page(Action.APPLY_SPECIAL, fresh=True, methods=TYPED)
def apply(request: HttpRequest) -> HttpResponse:
    """Apply for what the unit's rights do not show, and see what became of it."""
    actor, release = actor_of(request), _release()
    form = ApplyForm(request.POST or None, release=release)
    if not form.is_valid():
        return _applying(request, actor, form)
    return views.done(
        request,
        lambda: special.apply(form.wanted(actor.unit), known=release.items, by=by(request)),
        lambda refused: _applying(request, actor, form, refused),
        to="desk:apply-special",
    )


def _applying(
    request: HttpRequest, actor: Actor, form: ApplyForm, refused: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "applications": special.of_unit(actor.unit),
        "refused": refused,
        **_names(_release()),
    }
    return page(request, "special_apply.html", context, status=409 if refused else 200)


@desk_page(Action.DECIDE_SPECIAL, fresh=True)
def deciding(request: HttpRequest) -> HttpResponse:
    """Show the applications of the region to the credit centre."""
    return _deciding(request)


@desk_page(Action.DECIDE_SPECIAL, fresh=True, methods=POSTED)
def decide(request: HttpRequest) -> HttpResponse:
    """Grant or refuse an application, with reasons; never one's own."""
    form = DecideForm(request.POST)
    number = _in_reach(request, form)
    given = form.cleaned_data
    granted = given["decision"] == DecideForm.GRANT
    return views.done(
        request,
        lambda: special.decide(number, given["reason"], granted=granted, by=by(request)),
        lambda refused: _deciding(request, refused),
        to="desk:special",
    )


@desk_page(Action.DECIDE_SPECIAL, fresh=True, methods=POSTED)
def revoke(request: HttpRequest) -> HttpResponse:
    """End a grant at once."""
    form = RevokeForm(request.POST)
    number = _in_reach(request, form)
    return views.done(
        request,
        lambda: special.revoke(number, form.cleaned_data["reason"], by=by(request)),
        lambda refused: _deciding(request, refused),
        to="desk:special",
    )


def _in_reach(request: HttpRequest, form: DecideForm | RevokeForm) -> int:
    """Return the number of an application of the region; any other is as good as none."""
    if not form.is_valid():
        raise Http404
    number: int = form.cleaned_data["number"]
    unit = special.unit_of(number)
    resource = Resource(owner=unit, region=units.region_of(unit))
    if not unit or not can(actor_of(request), Action.DECIDE_SPECIAL, resource).allow:
        raise Http404
    return number


def _deciding(request: HttpRequest, refused: str = "") -> HttpResponse:
    actor = actor_of(request)
    found = (
        one
        for one in special.all_of()
        if can(
            actor,
            Action.DECIDE_SPECIAL,
            Resource(owner=one.unit, region=units.region_of(one.unit)),
        ).allow
    )
    names = units.names()
    context = {
        "applications": [(names.get(one.unit, one.unit), one) for one in found],
        "refused": refused,
        **_names(_release()),
    }
    return page(request, "special.html", context, status=409 if refused else 200)


@desk_page(Action.LOOK_UP, fresh=True, methods=TYPED)
def look_up(request: HttpRequest) -> HttpResponse:
    """Show what is not public of one organisation, for a purpose and in a case (1-59).

    Who is not known, is a person or one person's livelihood, or may not be seen is one answer.
    """
    release = _release()
    form = LookForm(request.POST or None, release=release)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        asked = Question(**form.cleaned_data)
        shown = looked_up(actor_of(request), asked, release, by=by(request))
        context |= {"asked": asked, "shown": shown, "day": clock.today()}
    return page(request, "look_up.html", context)


@transaction.atomic
def looked_up(actor: Actor, asked: Question, release: Release, *, by: By) -> tuple[Shown, ...]:
    """Return what of an organisation's records the policy lets be seen, and record the look."""
    on = clock.today()
    actor = replace(actor, grants=special.grants(actor.unit, on))
    formed = uscc.is_valid(asked.code) and not uscc.is_person_number(asked.code)
    looks_up(asked.code if formed else "")
    archive = classed_archive(asked.code, as_of=on, release=release) if formed else None
    decided = _decided(actor, asked, archive) if archive else []
    shown = [
        Shown(one, fields)
        for one, decision in decided
        if decision.allow and (fields := _of(one, decision.fields))
    ]
    reasons = {decision.reason for _, decision in decided if not decision.allow}
    grants = {decision.grant for _, decision in decided if decision.grant}
    deed = Deed(
        at=by.at,
        actor=by.actor,
        action="read-records",
        object=asked.code if archive else "",  # the log is no list of who was typed here
        on_behalf=actor.unit,
        purpose=asked.purpose,
        matter=asked.matter,
        case_no=asked.case_no,
        decision=ALLOWED if shown else DENIED,
        reason="" if shown else ",".join(sorted(reasons)),
        details={"records": str(len(shown)), "grants": ",".join(map(str, sorted(grants)))},
    )
    record(deed)
    return tuple(shown)


def _decided(
    actor: Actor, asked: Question, archive: ClassedArchive
) -> list[tuple[ClassedRecord, Decision]]:
    """Decide each record by itself: its kind, and the region of the unit that handed it in."""
    regions = {unit: units.region_of(unit) for unit in {one.unit for one in archive.records}}

    def decision(one: ClassedRecord) -> Decision:
        resource = Resource(
            owner=archive.uscc,
            item=one.item,
            matter=asked.matter,
            region=regions[one.unit],
            form=archive.form,
        )
        return can(actor, Action.READ_RECORDS, resource, asked.purpose)

    return [(one, decision(one)) for one in archive.records]


def _of(one: ClassedRecord, allowed: frozenset[PublicRange]) -> tuple[FieldValue, ...]:
    return tuple(value for range_, value in one.fields if range_ in allowed)


def _names(release: Release) -> Mapping[str, object]:
    content = release.content
    return {
        "item_names": {item.item: item.name for item in content.items},
        "purposes": {one.purpose: one.name for one in content.purposes},
        "matters": {one.matter: one.name for one in content.matters},
        "day": clock.today(),
    }


def _release() -> Release:
    return law.active(settings.GONGXIN.home)
