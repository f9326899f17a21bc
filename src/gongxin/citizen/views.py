"""Pages of a person: one's records, one's consents, and who used them (本人页面)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext

from gongxin.accounts import client_queries
from gongxin.citizen import access, clock, showing
from gongxin.citizen.access import FORM, POSTED, own_page
from gongxin.citizen.forms import ConsentForm
from gongxin.core.citation import Label
from gongxin.personal import actions, queries
from gongxin.personal.consent import BadConsent, NotAllowed
from gongxin.personal.sealing import Proven


@own_page()
def records(request: HttpRequest, who: Proven) -> HttpResponse:
    """Show one's own records, each with who handed it in, its term and its basis (我的记录)."""
    found = showing.release()
    own = actions.own_records(who, at=clock.now(), keys=access.own_keys())
    shown = [showing.record(one, found) for one in own]
    return access.page(request, "records.html", {"inside": True, "records": shown})


@own_page()
def consents(request: HttpRequest, who: Proven) -> HttpResponse:
    """Show one's consents with each use (我的授权)."""
    found, clients = showing.release(), _clients()
    shown = [showing.given(one, found, clients) for one in queries.given(who, at=clock.now())]
    return access.page(request, "consents.html", {"inside": True, "consents": shown[::-1]})


@own_page(FORM)
def grant(request: HttpRequest, who: Proven) -> HttpResponse:
    """Give a consent; its token is shown this once (授权)."""
    found, at = showing.release(), clock.now()
    form = ConsentForm(
        request.POST if request.method == "POST" else None,
        clients=_clients().items(),
        purposes=_chosen(showing.purposes(found)),
        items=_chosen(showing.items(found)),
    )
    context: dict[str, object] = {"inside": True, "form": form}
    if request.method != "POST" or not form.is_valid():
        return access.page(request, "grant.html", context, status=422 if form.is_bound else 200)
    try:
        given = actions.grant(who, form.terms(at), form.agreed(), at=at, keys=access.own_keys())
    except BadConsent:
        context["refused"] = gettext(
            "Nothing was granted: tick each point by itself, and load the"
            " page again if its text has changed."
        )
        return access.page(request, "grant.html", context, status=422)
    return access.page(request, "granted.html", {"inside": True, "token": given.token})


@own_page(POSTED)
def withdraw(request: HttpRequest, who: Proven, id_: str) -> HttpResponse:
    """Withdraw a consent of one's own, at once (撤回)."""
    try:
        actions.withdraw(who, id_, at=clock.now())
    except NotAllowed:
        return access.not_found(request)
    return redirect("citizen:consents")


def _clients() -> dict[str, str]:
    """Return the systems that a consent may name, by what the log calls them."""
    return client_queries.for_persons()


def _chosen(labels: dict[str, Label]) -> list[tuple[str, str]]:
    english = translation.get_language() == "en"
    return [(code, (label.en if english else "") or label.zh) for code, label in labels.items()]
