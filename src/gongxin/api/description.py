"""The API described in OpenAPI 3.1: what ninja knows, and the conventions of all (接口说明)."""

from functools import cache
from typing import Any

from gongxin.accounts.clients import SCOPES
from gongxin.api import (
    envelopes,
    evaluating,
    jobs,
    keeping,
    problems,
    publishing,
    pushing,
    returning,
    schemas,
    signatures,
    tokens,
)
from gongxin.api.operations import api
from gongxin.api.problems import MEDIA_TYPE, Kind

Document = dict[str, Any]
ROOT = "/api/v1/"
_EVERYWHERE = (
    problems.BAD_REQUEST,
    problems.UNKNOWN_PARAMETER,
    problems.UNAUTHENTICATED,
    problems.NOT_FOUND,
    problems.METHOD_NOT_ALLOWED,
    problems.RATE_LIMITED,
    problems.INTERNAL,
    problems.UNAVAILABLE,
)
_WITH_BODY = (problems.TOO_LARGE, problems.UNSUPPORTED_MEDIA_TYPE)
_OF_CHECKS = (
    problems.SIGNATURE_REFUSED,
    problems.INSUFFICIENT_SCOPE,
    problems.NOT_ALLOWED,
    problems.INVALID,
    problems.IN_USE,
    problems.QUOTA,
)
_OF_PUSHES = (problems.INSUFFICIENT_SCOPE, problems.NOT_ALLOWED, problems.INVALID)
_REFUSALS = tuple(kind for kind in problems.KINDS if kind.name.startswith("check-"))
KINDS: dict[str, tuple[Kind, ...]] = {
    "issue_token": (*_WITH_BODY, problems.TOKEN_REFUSED, problems.CLIENT_REFUSED),
    "check_organisation": (*_WITH_BODY, *_OF_CHECKS, *_REFUSALS),
    "check_organisations": (*_WITH_BODY, *_OF_CHECKS),
    "check_in_envelope": (*_WITH_BODY, *_OF_CHECKS, *_REFUSALS),
    "open_batch": (
        *_WITH_BODY,
        *(kind for kind in _OF_CHECKS if kind is not problems.SIGNATURE_REFUSED),
        problems.CHECK_UNKNOWN_MATTER,
        problems.CHECK_UNKNOWN_PURPOSE,
    ),
    "read_batch": (problems.INSUFFICIENT_SCOPE, problems.INVALID),
    "read_batch_result": (problems.INSUFFICIENT_SCOPE, problems.INVALID),
    "read_range": (),
    "find_range": (
        *_WITH_BODY,
        *(kind for kind in _OF_CHECKS if kind is not problems.IN_USE),
        problems.CHECK_UNKNOWN_MATTER,
        problems.CHECK_UNKNOWN_PURPOSE,
        problems.RANGE_PREFIX,
    ),
    "report_outcome": (
        *_WITH_BODY,
        problems.SIGNATURE_REFUSED,
        problems.INSUFFICIENT_SCOPE,
        problems.NOT_ALLOWED,
        problems.INVALID,
        problems.OUTCOME_REFUSED,
    ),
    "list_records": (problems.INVALID,),
    "list_catalog": (problems.INVALID,),
    "list_changes": (problems.INSUFFICIENT_SCOPE, problems.INVALID),
    "list_own_records": (problems.INSUFFICIENT_SCOPE, problems.NOT_ALLOWED, problems.INVALID),
    "read_subject": (problems.INVALID,),
    "read_evaluation": (
        problems.INSUFFICIENT_SCOPE,
        problems.NOT_ALLOWED,
        problems.INVALID,
        problems.CHECK_UNKNOWN_PURPOSE,
        problems.QUOTA,
    ),
    "list_webhooks": _OF_PUSHES,
    "propose_webhook": (
        *_WITH_BODY,
        *_OF_PUSHES,
        problems.ADDRESS_REFUSED,
        problems.PUSH_REFUSED,
    ),
    "rotate_webhook": (*_WITH_BODY, *_OF_PUSHES, problems.PUSH_REFUSED),
    "disable_webhook": (*_OF_PUSHES, problems.PUSH_REFUSED),
    "list_deliveries": _OF_PUSHES,
    "replay_webhook": (*_WITH_BODY, *_OF_PUSHES, problems.PUSH_REFUSED),
    "read_manifest": (),
    "list_removals": (problems.INVALID,),
    "acknowledge_removals": (*_WITH_BODY, problems.INSUFFICIENT_SCOPE, problems.INVALID),
}

SCOPE = {
    "check_organisation": "check",
    "check_organisations": "check",
    envelopes.check_in_envelope.__name__: "check",
    "open_batch": "check",
    "read_batch": "check",
    "read_batch_result": "check",
    "find_range": "check",
    "report_outcome": "check",
    "list_changes": "changes",
    "list_own_records": returning.SCOPE,
    "read_evaluation": evaluating.SCOPE,
    "list_webhooks": pushing.SCOPE,
    "propose_webhook": pushing.SCOPE,
    "rotate_webhook": pushing.SCOPE,
    "disable_webhook": pushing.SCOPE,
    "list_deliveries": pushing.SCOPE,
    "replay_webhook": pushing.SCOPE,
    "acknowledge_removals": publishing.SCOPE,
}


@cache
def description() -> Document:
    """Return the description of ``/api/v1``."""
    found: Document = dict(api.get_openapi_schema(path_prefix=ROOT))
    found["info"]["description"] = (
        "Credit information of organisations; natural persons are no subject of it. Branch on"
        " `type` of a problem alone. An outage of ours means unknown, never bad."
    )
    found["servers"] = [{"url": "/", "description": "this platform"}]
    found["components"]["schemas"]["Problem"] = schemas.ProblemOut.model_json_schema(
        ref_template="#/components/schemas/{model}"
    )
    found["components"]["schemas"].update(found["components"]["schemas"]["Problem"].pop("$defs"))
    found["components"]["securitySchemes"] = {"client": _security()}
    for path in found["paths"].values():
        for operation in path.values():
            _complete(operation)
    return found


def operations() -> list[tuple[str, str, Document]]:
    """Return method, path and description of every operation."""
    paths = description()["paths"].items()
    return [(method, path, told) for path, all_ in paths for method, told in all_.items()]


def _security() -> Document:
    flow = {"tokenUrl": f"{ROOT}token", "scopes": dict(SCOPES)}
    return {"type": "oauth2", "flows": {"clientCredentials": flow}}


def _complete(operation: Document) -> None:
    name = operation["operationId"]
    is_check = name.startswith("check_")
    operation["security"] = [{"client": [SCOPE[name]]}] if name in SCOPE else [{}, {"client": []}]
    if name == "issue_token":
        operation["security"] = []
        operation["requestBody"] = _token_form()
    if is_check or name == "open_batch":
        operation["parameters"] += [_key_header()]
    if is_check or name == "find_range":
        operation["parameters"] += _signature_headers()
    _narrow(operation)
    responses = {str(status): told for status, told in operation["responses"].items()}
    for kind in (*_EVERYWHERE, *KINDS[name]):
        responses.setdefault(str(kind.status), _problem(kind.status, name))
    if name == "read_batch_result":
        responses["200"]["content"] = {jobs.LINES: {"schema": {"type": "string"}}}
    operation["responses"] = dict(sorted(responses.items()))
    if "get" in name or name.startswith(("read_", "list_")):
        operation["responses"]["304"] = {"description": "Not modified: you have it already"}


def _narrow(operation: Document) -> None:
    """Say what a code looks like wherever a path has one, and that a form has no other part."""
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        if media_type == "multipart/form-data":
            content["schema"]["additionalProperties"] = False
    for parameter in operation["parameters"]:
        if parameter["name"] == "uscc":
            parameter["schema"]["pattern"] = "^[0-9A-HJ-NPQRTUWXY]{18}$"
        if parameter["name"] == "purpose":  # ninja would ask for it before what is not known
            parameter["required"] = True
            parameter["schema"].pop("default", None)


def _problem(status: int, name: str) -> Document:
    kinds = [k for k in (*_EVERYWHERE, *KINDS[name]) if k.status == status]
    told = "; ".join(f"{kind.name}: {kind.title}" for kind in kinds)
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": told, "content": {MEDIA_TYPE: {"schema": schema}}}


def _key_header() -> Document:
    return {
        "in": "header",
        "name": keeping.HEADER,
        "required": False,
        "description": "A string of RFC 8941 in quotes. The same key and body give the same answer"
        " until the end of the day in China; the same key with another body is refused.",
        "schema": {"type": "string", "pattern": '^"[A-Za-z0-9._-]{1,64}"$'},
    }


def _signature_headers() -> list[Document]:
    told = {
        "Signature-Input": "RFC 9421; optional. Covers at least `@method`, `@target-uri` and"
        f' `content-digest`; with created, keyid (the client), nonce and tag="{signatures.TAG}"',
        "Signature": "The signature (Ed25519)",
        "Content-Digest": "RFC 9530: sha-256 or sha-512 of the body",
    }
    return [
        {"in": "header", "name": name, "required": False, "description": text}
        | {"schema": {"type": "string", "maxLength": signatures.LONGEST_FIELD}}
        for name, text in told.items()
    ]


def _token_form() -> Document:
    members = {
        "grant_type": {"type": "string", "const": "client_credentials"},
        "scope": {"type": "string", "description": "Scopes, parted by blanks"},
        "client_id": {"type": "string", "description": "Or with the secret in Basic"},
        "client_secret": {"type": "string"},
    }
    schema = {"type": "object", "properties": members, "required": ["grant_type"]}
    return {"required": True, "content": {tokens.FORM: {"schema": schema}}}
