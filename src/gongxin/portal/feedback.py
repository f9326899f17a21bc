"""Complaints and suggestions on the public site: without a login and without a name (投诉建议).

A letter is about the platform and its staff. An error in a record goes the way of an objection.
"""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from gongxin import law
from gongxin.core.audit import By
from gongxin.core.clauses import Feedback
from gongxin.feedback import actions, queries
from gongxin.feedback.actions import NotTaken
from gongxin.feedback.queries import Category
from gongxin.portal import clock
from gongxin.portal.access import not_found, page, posted_page, public_page, unkept
from gongxin.portal.feedback_forms import CATEGORIES, DATA_ERROR, AnswerForm, LetterForm
from gongxin.portal.language import other_address

ANYBODY = "anybody"  # who writes is not known, so the log has no better name
REFUSED, GONE = 400, 404


@public_page()
def feedback(request: HttpRequest) -> HttpResponse:
    """Show the form of a letter, and the one that reads an answer."""
    if not _terms().is_open:
        return not_found(request)
    return _page("feedback.html", {"form": LetterForm()})


# No session stands behind the two forms: nothing is done in anybody's name, and a page that caches
# keep can hold no token of one reader.
@csrf_exempt
@posted_page
def send(request: HttpRequest) -> HttpResponse:
    """Keep a letter and show its number and secret, once."""
    release = law.active(settings.GONGXIN.home)
    form = LetterForm(request.POST)
    if not _terms().is_open:
        return not_found(request)
    if not form.is_valid():
        return unkept(_page("feedback.html", {"form": form}, status=REFUSED))
    given = form.cleaned_data
    if given["category"] == DATA_ERROR:
        return unkept(_page("feedback.html", {"form": form, "objection": True}, status=REFUSED))
    by = By(ANYBODY, clock.now())
    category, terms = Category(given["category"]), _terms()
    try:
        filed = actions.file(category, given["text"], terms=terms, calendar=release.calendar, by=by)
    except NotTaken:
        return unkept(_page("feedback.html", {"form": form, "refused": True}, status=REFUSED))
    parts = [filed.secret[n : n + 5] for n in range(0, len(filed.secret), 5)]
    return unkept(_page("feedback_filed.html", {"filed": filed, "secret": "-".join(parts)}))


@csrf_exempt
@posted_page
def answer(request: HttpRequest) -> HttpResponse:
    """Show what became of a letter to who holds its secret; all else is one answer."""
    form = AnswerForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {"number": "", "secret": ""}
    told = queries.told(given["number"], given["secret"], clock.today())
    context = {"told": told, "category": CATEGORIES[told.category.value] if told else ""}
    return unkept(_page("feedback_answer.html", context, status=200 if told else GONE))


def _page(template: str, context: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    around = {"terms": _terms(), "other_address": other_address(reverse("portal:feedback"))}
    return page(f"portal/{template}", {**context, **around}, status=status)


def _terms() -> Feedback:
    return law.active(settings.GONGXIN.home).content.site[-1].feedback
