"""Pages about the API for whoever builds on it: plain HTML, no script, no outside request."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from gongxin.accounts.clients import SCOPES
from gongxin.api.description import Document, description, operations
from gongxin.api.problems import BY_NAME, KINDS, METHOD_NOT_ALLOWED, NOT_FOUND, Problem
from gongxin.api.problems import UNKNOWN_PARAMETER as UNKNOWN

KEPT = {"Cache-Control": "public, max-age=300"}


def openapi(request: HttpRequest) -> HttpResponse:
    """Give the description of the API (OpenAPI 3.1)."""
    _plain(request)
    options = {"ensure_ascii": False, "indent": 2}
    return JsonResponse(description(), json_dumps_params=options, headers=KEPT)


def docs(request: HttpRequest) -> HttpResponse:
    """Show every operation with what it takes and gives (接口文档)."""
    _plain(request)
    shown = [_shown(*operation) for operation in operations()]
    schemas = description()["components"]["schemas"]
    context = {"operations": shown, "schemas": _listed(schemas), "scopes": SCOPES, "kinds": KINDS}
    return _page("docs.html", context)


def problem(request: HttpRequest, name: str) -> HttpResponse:
    """Show what a kind of problem means and what to do about it."""
    _plain(request)
    kind = BY_NAME.get(name)
    if kind is None:
        raise Problem(NOT_FOUND)
    return _page("problem.html", {"kind": kind})


def _plain(request: HttpRequest) -> None:
    if request.method != "GET":
        raise Problem(METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD"})
    if len(request.GET) > 0:
        raise Problem(UNKNOWN)


def _page(template: str, context: Mapping[str, object]) -> HttpResponse:
    return HttpResponse(render_to_string(f"api/{template}", dict(context)), headers=KEPT)


def _shown(method: str, path: str, told: Document) -> dict[str, object]:
    return {
        "method": method.upper(),
        "path": path,
        "name": told["operationId"],
        "text": told.get("description", ""),
        "scopes": [s for way in told["security"] for names in way.values() for s in names],
        "parameters": told["parameters"],
        "body": _body(told.get("requestBody", {})),
        "responses": [(status, said["description"]) for status, said in told["responses"].items()],
        "gives": _name(_given(told)),
    }


def _given(told: Document) -> Document:
    """Return the schema of the answer when all goes well: 200 or 202."""
    good = next(said for status, said in told["responses"].items() if status.startswith("2"))
    schema: Document = next(iter(good["content"].values()))["schema"]
    return schema


def _body(told: Document) -> str:
    for media_type, content in told.get("content", {}).items():
        return f"{media_type} {_name(content['schema'])}"
    return ""


def _name(schema: Document) -> str:
    """Say what a schema is, in few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for way in ("anyOf", "allOf"):
        if way in schema:
            return " | ".join(_name(part) for part in schema[way])
    if schema.get("type") == "array":
        return f"[{_name(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or schema.get("const") or "object")


def _listed(schemas: Document) -> list[dict[str, object]]:
    return [
        {
            "name": name,
            "text": schema.get("description", ""),
            "members": [
                (
                    member,
                    _name(told),
                    member in schema.get("required", ()),
                    told.get("description", ""),
                )
                for member, told in schema.get("properties", {}).items()
            ],
        }
        for name, schema in sorted(schemas.items())
    ]
