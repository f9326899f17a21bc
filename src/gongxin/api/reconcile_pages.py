"""The addresses of reconciliation, beside the operations: the protocol has its own form (对码接口).

Anybody may ask, with the limits of anybody. Answers may be read by programs of other origins and
a preview may be framed: there is nothing in them that is not everybody's.
"""

from collections.abc import Callable, Mapping

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.urls import path
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt

from gongxin import law
from gongxin.api import clock, reading, reconciling
from gongxin.api.bodies import require_media_type
from gongxin.api.problems import METHOD_NOT_ALLOWED, NOT_FOUND, UNKNOWN_PARAMETER, Problem
from gongxin.api.tokens import FORM
from gongxin.core.subject import SubjectKind
from gongxin.derive.archive import Archive

OPEN = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
WIDTH, HEIGHT = 400, 120
Value = Callable[[Archive], list[str]]
PROPERTIES: Mapping[str, tuple[str, Value]] = {
    "uscc": ("统一社会信用代码", lambda found: [found.uscc]),
    "name": ("名称", lambda found: [found.name]),
    "former-name": ("曾用名", lambda found: list(found.former_names)),
    "form": ("主体形式", lambda found: [found.form]),
    "other-code": ("其他代码", lambda found: [other.code for other in found.other_codes]),
}


@csrf_exempt  # no session is looked at, nothing is changed
def reconcile(request: HttpRequest) -> HttpResponse:
    """Tell what the service is, find candidates, or tell properties of codes."""
    sent = _sent(request, {"queries", "extend"}, methods={"GET", "POST"})
    if len(sent) > 1:
        raise Problem(UNKNOWN_PARAMETER)
    if "queries" in sent:
        return _json(reconciling.answer(reconciling.queries_of(sent["queries"])))
    if "extend" in sent:
        return _json(_extended(reconciling.extension_of(sent["extend"])))
    return _json(_manifest(request.build_absolute_uri("/").rstrip("/")))


def suggest(request: HttpRequest) -> HttpResponse:
    """Complete what is being typed: organisations by at least two characters of a name."""
    sent = _sent(request, {"prefix", "cursor"})
    hits = reconciling.organisations(sent.get("prefix", ""), limit=reconciling.MOST_FOUND)
    at = sent.get("cursor", "0")
    first = int(at) if at.isdigit() and at.isascii() and len(at) <= 2 else 0  # noqa: PLR2004 - digits
    told = [
        {"id": hit.uscc, "name": hit.name, "notable": [reconciling.TYPE]} for hit in hits[first:]
    ]
    return _json({"result": told})


def properties(request: HttpRequest) -> HttpResponse:
    """Tell which properties there are of a type."""
    sent = _sent(request, {"type", "limit"})
    told = [{"id": name, "name": label} for name, (label, _) in PROPERTIES.items()]
    asked = sent.get("type", reconciling.TYPE["id"])
    known = asked == reconciling.TYPE["id"]
    return _json({"type": reconciling.TYPE["id"], "properties": told if known else []})


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"], "default-src": [NONE], "style-src": [SELF]})
def preview(request: HttpRequest) -> HttpResponse:
    """Show in few words who a code is, inside another's page."""
    sent = _sent(request, {"id"})
    found = _organisation(sent.get("id", ""))
    if found is None:
        raise Problem(NOT_FOUND)
    text = render_to_string("api/preview.html", {"found": found})
    return HttpResponse(text, headers={**OPEN, "X-Robots-Tag": "noindex, noarchive"})


def _sent(
    request: HttpRequest,
    names: set[str],
    *,
    methods: frozenset[str] | set[str] = frozenset({"GET"}),
) -> dict[str, str]:
    """Return the parameters; one that the protocol does not know, or twice, is refused."""
    if request.method not in methods:
        raise Problem(METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(sorted(methods))})
    given: list[QueryDict] = [request.GET]
    if request.method == "POST":
        require_media_type(request, FORM)
        given.append(request.POST)
    pairs = [(name, values) for part in given for name, values in part.lists()]
    unknown = any(name not in names or len(values) != 1 for name, values in pairs)
    if unknown or len(pairs) != len(dict(pairs)):
        raise Problem(UNKNOWN_PARAMETER)
    return {name: str(values[0]) for name, values in pairs}


def _manifest(site: str) -> dict[str, object]:
    here = f"{site}/api/v1"
    return {
        "versions": [reconciling.VERSION],
        "name": "公信 Gongxin",
        "identifierSpace": f"{site}/subjects/",
        "schemaSpace": f"{here}/catalog",
        "documentation": f"{here}/docs",
        "defaultTypes": [reconciling.TYPE],
        "view": {"url": f"{site}/subjects/{{{{id}}}}/"},
        "preview": {
            "url": f"{here}/reconcile/preview?id={{{{id}}}}",
            "width": WIDTH,
            "height": HEIGHT,
        },
        "suggest": {"entity": {"service_url": here, "service_path": "/reconcile/suggest"}},
        "extend": {
            "propose_properties": {"service_url": here, "service_path": "/reconcile/properties"},
            "property_settings": [],
        },
    }


def _extended(wanted: reconciling.ExtendIn) -> dict[str, object]:
    known = [p.id for p in wanted.properties if p.id in PROPERTIES]
    rows = {code: _row(_organisation(code), known) for code in wanted.ids}
    return {"meta": [{"id": name, "name": PROPERTIES[name][0]} for name in known], "rows": rows}


def _row(found: Archive | None, names: list[str]) -> dict[str, list[dict[str, str]]]:
    values = {name: PROPERTIES[name][1](found) if found else [] for name in names}
    return {name: [{"str": text} for text in texts] for name, texts in values.items()}


def _organisation(code: str) -> Archive | None:
    """Return an organisation; not there and not for you are the same."""
    release = law.active(settings.GONGXIN.home)
    try:
        found = reading.archive_of(code, day=clock.today(), release=release)
    except Problem:
        return None
    return found if found.kind is SubjectKind.ORGANISATION else None


def _json(told: Mapping[str, object]) -> HttpResponse:
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False}, headers=OPEN)


urlpatterns = [
    path("reconcile", reconcile, name="api-reconcile"),
    path("reconcile/suggest", suggest, name="api-reconcile-suggest"),
    path("reconcile/properties", properties, name="api-reconcile-properties"),
    path("reconcile/preview", preview, name="api-reconcile-preview"),
]
