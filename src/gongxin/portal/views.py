"""Views of the public site: read the address, ask one question, show the answer (公共门户视图)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect
from django.urls import reverse

from gongxin import law
from gongxin.core.subject import SubjectKind
from gongxin.derive.archive import Archive, archive
from gongxin.derive.explanation import ILLUSTRATIVE, the_model
from gongxin.derive.timeline import timeline as timeline_of
from gongxin.law import Release
from gongxin.law.basis import sources
from gongxin.portal import cards, clock, finding, grades, queries
from gongxin.portal import timeline as days
from gongxin.portal.access import bad_request, not_found, page, public_page, unkept, unlisted
from gongxin.portal.language import other_address

PAGE_CARDS = 50  # as many events


@dataclass(frozen=True, slots=True)
class Turned:
    """Which page of a long list is open."""

    number: int
    pages: int

    @property
    def part(self) -> slice:
        """What of the list stands on the page."""
        return slice((self.number - 1) * PAGE_CARDS, self.number * PAGE_CARDS)


@public_page()
def home(request: HttpRequest) -> HttpResponse:
    """Show the start page: one search box (首页)."""
    return _page(request, "home.html", {"figures": queries.figures(clock.today())})


@public_page("q", "page")
def search(request: HttpRequest) -> HttpResponse:
    """Show what is found, or open the organisation of an exact code (查询结果)."""
    number = finding.page_number(request.GET.get("page", "1"))
    if number is None:
        return bad_request(request)
    typed = request.GET.get("q", "")
    found = finding.find(typed, number=number, day=clock.today(), release=_release())
    if found.exact:
        return redirect("portal:subject", found.exact)
    if len(found.hits) == 0:
        other = other_address(reverse("portal:search"))
        context = {"asked": typed != "", "day": clock.today(), "other_address": other}
        return unkept(page("portal/nothing.html", context))
    return unlisted(_page(request, "search.html", {"found": found, "day": clock.today()}))


@public_page()
def subject(request: HttpRequest, uscc: str) -> HttpResponse:
    """Show an organisation's public archive (信用档案)."""
    if uscc not in request.path:  # the same code in small letters
        return HttpResponsePermanentRedirect(reverse("portal:subject", args=[uscc]))
    release = _release()
    shown = _archive(uscc, release)
    if shown is None:
        return not_found(request)
    context = {
        "sections": cards.sections(shown, release),
        "adverse_kinds": cards.kinds_of(r for r in shown.records if r.adverse),
        "grade": grades.grade(shown, release),
        "n_sources": len({r.source_name for r in shown.records}),
        "latest": max((r.decided_on for r in shown.records), default=None),
    }
    return _about(request, "subject.html", shown, context)


@public_page("page")
def section(request: HttpRequest, uscc: str, name: str) -> HttpResponse:
    """Show one section of an archive in full, page by page (档案栏目)."""
    release = _release()
    shown = _archive(uscc, release)
    if shown is None:
        return not_found(request)
    turned = _turned(request, shown.counts[name])
    if turned is None:
        return bad_request(request)
    found = cards.section(shown, name, release, part=turned.part)
    context = {"section": found, "number": turned.number, "pages": turned.pages}
    return _about(request, "section.html", shown, context)


@public_page("page")
def timeline(request: HttpRequest, uscc: str) -> HttpResponse:
    """Show an organisation's days: before, during and after, and what lies ahead (时间轴)."""
    release = _release()
    shown = _archive(uscc, release)
    if shown is None:
        return not_found(request)
    grade = grades.grade(shown, release)
    graded = grade is not None and not grade.explanation.not_graded
    events = timeline_of(shown, graded_on=shown.as_of if graded else None)
    turned = _turned(request, len(events))
    if turned is None:
        return bad_request(request)
    context = {
        "groups": days.groups(events[turned.part], release, as_of=shown.as_of),
        "count": len(events),
        "grade": grade,
        "phases": days.kinds_by_phase(release),
        "number": turned.number,
        "pages": turned.pages,
    }
    return _about(request, "timeline.html", shown, context)


@public_page()
def record(request: HttpRequest, uscc: str, record_id: str) -> HttpResponse:
    """Show one record with its source, basis, dates and the ways to put it right (记录详情)."""
    release = _release()
    shown = _archive(uscc, release)
    found = next((r for r in shown.records if r.record_id == record_id), None) if shown else None
    if shown is None or found is None:
        return not_found(request)
    return _about(request, "record.html", shown, {"card": cards.card(found, release)})


@public_page()
def explanation(request: HttpRequest, uscc: str) -> HttpResponse:
    """Show how an organisation's grade came about, line by line (评价说明)."""
    release = _release()
    shown = _archive(uscc, release)
    found = grades.grade(shown, release) if shown else None
    if shown is None or found is None:
        return not_found(request)
    context = {"grade": found, "mending": grades.mending(found)}
    return _about(request, "explanation.html", shown, context)


@public_page()
def model(request: HttpRequest) -> HttpResponse:
    """Show the evaluation model in full (评价模型公开)."""
    release = _release()
    found = the_model(release)
    if found is None or found.standing not in grades.SHOWN:
        return not_found(request)
    context = {
        "model": found,
        "illustrative": found.standing == ILLUSTRATIVE,
        "scale": grades.scale_of(found),
        "basis": sources(found.basis, release),
        "items": [(item, sources(item.cite, release)) for item in found.items],
        "ceilings": [(ceiling, sources(ceiling.cite, release)) for ceiling in found.ceilings],
        "kinds": {item.item: item.name for item in release.items.values()},
    }
    return _page(request, "model.html", context)


@public_page()
def catalog(request: HttpRequest) -> HttpResponse:
    """Show what is gathered, who reports it, and what it is used for (信用信息目录)."""
    release = _release()
    context = {
        "lists": law.lists_of(release, clock.today()),
        "kinds": {item.item: item.name for item in release.content.items},
    }
    return _page(request, "catalog.html", context)


@public_page()
def open_data(request: HttpRequest) -> HttpResponse:
    """Show the files of what is public today, and what whoever copies them has to do (开放数据)."""
    day = clock.today()
    context = {
        "day": day,
        "files": queries.open_files(day, home=settings.GONGXIN.home),
        "licence": queries.LICENCE,
    }
    return _page(request, "open_data.html", context)


@public_page()
def repair_guide(request: HttpRequest) -> HttpResponse:
    """Say how a record can be put right (信用修复指南)."""
    return _page(request, "repair.html", {})


@public_page()
def objection_guide(request: HttpRequest) -> HttpResponse:
    """Say how to object to a record (异议申诉指南)."""
    return _page(request, "objection.html", {})


def _release() -> Release:
    return law.active(settings.GONGXIN.home)


def _archive(uscc: str, release: Release) -> Archive | None:
    return archive(uscc, as_of=clock.today(), release=release)


def _turned(request: HttpRequest, count: int) -> Turned | None:
    pages = max(1, -(-count // PAGE_CARDS))
    wanted = request.GET.get("page", "1")
    number = next((n for n in range(1, pages + 1) if str(n) == wanted), None)
    return None if number is None else Turned(number, pages)


def _page(request: HttpRequest, template: str, context: Mapping[str, object]) -> HttpResponse:
    other = {"other_address": other_address(request.get_full_path())}
    return page(f"portal/{template}", {**context, **other})


def _about(
    request: HttpRequest, template: str, shown: Archive, context: Mapping[str, object]
) -> HttpResponse:
    """Show a page about one organisation, unlisted if it speaks of failings or one's livelihood."""
    away = is_unlisted(shown)
    made = _page(request, template, {**context, "archive": shown, "unlisted": away})
    return unlisted(made) if away else made


def is_unlisted(shown: Archive) -> bool:
    """Tell whether search engines shall not list the organisation's pages (legal.md L9)."""
    return shown.counts["adverse"] > 0 or shown.kind is not SubjectKind.ORGANISATION
