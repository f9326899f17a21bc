"""Letters at the desk: whoever answers their kind reads and answers them, once (来信办理)."""

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from gongxin import law
from gongxin.accounts.policy import Action, Resource, can
from gongxin.desk import clock, views, wording
from gongxin.desk.access import POSTED, actor_of, by, desk_page, page
from gongxin.desk.forms import TypedForm
from gongxin.feedback import actions, queries
from gongxin.feedback.queries import Category


class LetterForm(TypedForm):
    """Which letter is answered, and how."""

    number = forms.CharField(max_length=40)
    answer = forms.CharField(
        label=_("Answer"),
        max_length=actions.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@desk_page(Action.ANSWER_FEEDBACK, fresh=True)
def letters(request: HttpRequest) -> HttpResponse:
    """Show the letters that wait for who asks."""
    return _letters(request)


@desk_page(Action.ANSWER_FEEDBACK, fresh=True, methods=POSTED)
def answer_letter(request: HttpRequest) -> HttpResponse:
    """Answer a letter; one that does not wait for who answers is as good as none."""
    form = LetterForm(request.POST)
    number, readable = str(form.data.get("number", "")), _readable(request)
    if number not in queries.numbers(readable, clock.today()):
        raise Http404
    if not form.is_valid():
        return _letters(request, wording.BAD_ANSWER)
    said = form.cleaned_data["answer"]
    return views.done(
        request,
        lambda: actions.answer(number, said, readable, by=by(request)),
        lambda refused: _letters(request, refused),
        to="desk:letters",
    )


def _letters(request: HttpRequest, refused: object = "") -> HttpResponse:
    found = actions.read(_readable(request), by=by(request))
    shown = [(wording.CATEGORIES[one.category], one) for one in found]
    context = {"letters": shown, "refused": refused, "longest": actions.LONGEST}
    return page(request, "letters.html", context, status=409 if refused else 200)


def _readable(request: HttpRequest) -> frozenset[Category]:
    """Return what who asks may read: nothing beyond the region of the platform."""
    actor = actor_of(request)
    place = law.active(settings.GONGXIN.home).content.site[-1].place
    allowed = can(actor, Action.ANSWER_FEEDBACK, Resource(region=place)).allow
    return queries.readable(actor.roles) if allowed else frozenset()
