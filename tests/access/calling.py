"""One cell of the matrix: a call by somebody, for a thing of somebody's, undone afterwards."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from gongxin.accounts.models import Assignment
from tests.access import everybody as e
from tests.access.routes import FOREIGN, NOTHING, OWN, Route
from tests.derive import town as t
from tests.desk.office import PASSWORD

FORM = "application/x-www-form-urlencoded"
NONE = 9_999_998
ABSENT_RECORD = "01JZZZZZZZZZZZZZZZZZZZZZZZ"
ANOTHER_PASSWORD = "一百零九将-梁山-2027"
ASKED = {"matter": "bidding", "purpose": "admission", "case_no": "盘审批〔2026〕1号"}
VOLATILE = frozenset({"trace-id", "ratelimit", "ratelimit-policy"})


@dataclass(frozen=True)
class Answered:
    """What somebody got: all of it that may differ for a reason."""

    status: int
    headers: dict[str, str]
    body: str
    refreshed: bool  # a session's cookie was set

    @property
    def location(self) -> str:
        """Where he is led."""
        return self.headers.get("location", "")


@dataclass(frozen=True)
class Cell:
    """A call that is to be tried: on which route and address, how, for whose thing."""

    row: Route
    address: str
    method: str
    whose: str


def call(
    world: e.World, who: e.Caller, cell: Cell, *, look: Callable[[], object] = lambda: None
) -> Answered:
    """Call, ``look`` at what it did, and undo: the world is the same for the next."""
    row, address, method, whose = cell.row, cell.address, cell.method, cell.whose
    cookies = who.browser.cookies.copy()
    cache.clear()  # the libraries' own limits count what was tried
    with transaction.atomic():
        part, form = _named(world, who, row, whose)
        address += QUERIES.get(row.name, "")
        for name, value in part.items():
            address = re.sub(rf"<(\w+:)?{name}>", str(value), address)
        headers = {"Authorization": f"Bearer {who.token}"} if who.token else {}
        sent = _sent(row, form) if method in ("POST", "PUT", "PATCH") else {}
        answer = who.browser.generic(method, address, headers=headers, **sent)
        look()
        transaction.set_rollback(True)
    who.browser.cookies = cookies
    return _told(answer, address)


def _sent(row: Route, form: Any) -> dict[str, Any]:
    if row.name == "api-1:open_batch":
        return {"data": encode_multipart(BOUNDARY, form), "content_type": MULTIPART_CONTENT}
    if row.name.startswith("api-1:") and row.name != "api-1:issue_token":
        return {"data": json.dumps(form).encode(), "content_type": "application/json"}
    return {"data": urlencode(form or {}), "content_type": FORM}


def _told(answer: HttpResponse, address: str) -> Answered:
    """What was answered, without what is another each time and without the address repeated."""
    headers = {
        k.lower(): v.replace(address, "").replace(quote(address, safe=""), "")
        for k, v in answer.headers.items()
        if k.lower() not in VOLATILE
    }
    body = answer.getvalue().decode(errors="replace")  # files are packed
    body = re.sub(r'"trace_id": "[0-9a-f]{32}"', '"trace_id": ""', body)
    body = re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", body)
    return Answered(answer.status_code, headers, body, "session" in answer.cookies)


def _named(world: e.World, who: e.Caller, row: Route, whose: str) -> tuple[dict[str, Any], Any]:
    """Return the parts of the address, and what is posted."""
    found = OBJECTS[row.object](world, who, whose) if row.object else {}
    part = {"uscc": t.FINED[0], "name": "adverse", "provider_id": "sso-none"} | found
    part = {"adapter": e.ADAPTER} | part
    form = BODIES[row.name](who) if row.name in BODIES else {}
    return part, {**form, **found} if row.name in FORMS_NAME else form


def _subject(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    del world, who
    return {"uscc": t.FINED[0] if whose == OWN else t.ABSENT[0], "name": "adverse"}


def _record(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    del who
    shown, hidden = world.records
    if whose == OWN:
        return {"uscc": t.FINED[0], "record_id": shown}
    return {"uscc": t.HIDDEN[0], "record_id": hidden if whose == FOREIGN else ABSENT_RECORD}


def _problem(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    del world, who
    return {"name": "not-found" if whose == OWN else "no-such-problem"}


def _check(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    del who
    numbers = {OWN: world.own_check, FOREIGN: world.foreign_check, NOTHING: ABSENT_RECORD}
    return {"check_no": numbers[whose]}


def _batch(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    del who
    return {"check_no": world.batches.get(whose, ABSENT_RECORD)}


def _webhook(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    """A person has none of his own."""
    whom = who.name if whose == OWN else whose
    return {"webhook": world.webhooks.get(whom, ABSENT_RECORD)}


def _file(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    del who
    snapshot = world.snapshot if whose == OWN else ABSENT_RECORD
    return {"snapshot": snapshot, "name": "records.jsonl.gz"}


def _stand_in(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    own = world.stand_ins.get(who.name, NONE)
    return {"number": {OWN: own, FOREIGN: world.stand_ins["stranger"], NOTHING: NONE}[whose]}


def _key(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    """A key is made for the call alone: the libraries would read it on other pages."""
    del world
    if whose == NOTHING or (whose == OWN and who.login == ""):
        return {"pk": NONE}
    return {"pk": e.key(who.login if whose == OWN else "stranger")}


def _account(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    """All open accounts are the system administrator's; a closed one is as good as none."""
    del world, who
    return {"login": {OWN: "deputy", FOREIGN: "left", NOTHING: "nobody-of-that-name"}[whose]}


def _application(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    del who
    return {"number": world.applications.get(whose, NONE)}


def _grant(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    del who
    return {"number": world.applications.get(f"{whose} granted", NONE)}


def _letter(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    del who
    number, secret = world.letter
    return {"number": number, "secret": secret if whose == OWN else secret[::-1]}


def _complaint(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    """The department's are of staff, the centre's are suggestions."""
    own = "conduct" if who.role == "supervisor" else "suggestion"
    others = "suggestion" if who.role == "supervisor" else "conduct"
    number = {OWN: own, FOREIGN: others}.get(whose, "")
    return {"number": world.complaints.get(number, "ABCDEFGHJK")}


def _message(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    del who
    return {"number": world.messages.get(whose, NONE)}


def _waiting(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    return _account(world, who, whose) if whose != OWN else {"login": "newcomer"}


def _link(world: e.World, who: e.Caller, whose: str) -> dict[str, Any]:
    del who
    whom, token = world.link
    if whose == FOREIGN:
        whom = e.link("left")[0]
    return {"who": whom, "token": token if whose != NOTHING else token[::-1]}


OBJECTS: dict[str, Callable[[e.World, e.Caller, str], dict[str, Any]]] = {
    "subject": _subject,
    "record": _record,
    "problem": _problem,
    "check": _check,
    "batch": _batch,
    "webhook": _webhook,
    "file": _file,
    "stand-in": _stand_in,
    "key": _key,
    "account": _account,
    "link": _link,
    "application": _application,
    "grant": _grant,
    "waiting": _waiting,
    "letter": _letter,
    "message": _message,
    "complaint": _complaint,
}
FORMS_NAME = frozenset(
    {
        "desk:answer-letter",
        "desk:mark-message",
        "desk:withdraw-message",
        "portal:feedback-answer",
        "desk:decide-special",
        "desk:revoke-special",
        "desk:end-stand-in",
        "desk:close-account",
        "desk:renew-account",
        "desk:hand-over",
        "desk:release-link",
    }
)


def _days() -> dict[str, str]:
    until = t.TODAY + timedelta(days=7)
    return {"from_on": t.TODAY.isoformat(), "until_on": until.isoformat()}


def _own_role(who: e.Caller) -> dict[str, Any]:
    held = Assignment.objects.filter(staff__login=who.login).first()
    return {"number": held.pk if held else NONE, "taker": "deputy", **_days()}


# What is asked in the address, by routes that ask there.
QUERIES = {
    "api-1:read_evaluation": "?purpose=admission",
    "api-reconcile-preview": "?id=<uscc>",
    "api-reconcile-suggest": f"?prefix={quote(t.FINED[1])}",
}
LOOK = {"code": t.FINED[0], **ASKED}
ENVELOPE = {"tyshxydm": t.FINED[0], "sxbm": "bidding", "cxyt": "BJ", "bjbh": ASKED["case_no"]}
BODIES: dict[str, Callable[[e.Caller], dict[str, Any]]] = {
    "api-1:check_organisation": lambda _: ASKED | {"uscc": t.FINED[0]},
    "api-1:check_organisations": lambda _: ASKED | {"organisations": [t.FINED[0], t.QUIET[0]]},
    "api-1:check_in_envelope": lambda _: ENVELOPE,
    "api-1:open_batch": lambda _: (
        ASKED | {"file": SimpleUploadedFile("codes.txt", f"{t.FINED[0]}\n".encode())}
    ),
    "api-1:find_range": lambda _: ASKED | {"prefix": ""},
    "api-1:propose_webhook": lambda _: {"address": "https://new.example.cn/"},
    "api-1:rotate_webhook": lambda _: {"generation": 1},
    "api-1:replay_webhook": lambda _: {"since": 0},
    "api-1:acknowledge_removals": lambda _: {"cursor": e.PLACE},
    "api-reconcile": lambda _: {"queries": json.dumps({"q0": {"query": t.FINED[1]}})},
    "api-1:report_outcome": lambda _: {"outcome": "normal"},
    "api-1:issue_token": lambda _: e.SECRETS,
    "desk:stand-in": _own_role,
    "desk:password": lambda _: {"password": ANOTHER_PASSWORD, "again": ANOTHER_PASSWORD},
    "desk:start": lambda _: {"password": ANOTHER_PASSWORD, "again": ANOTHER_PASSWORD},
    "desk:add-account": lambda _: {
        "login": "new",
        "name": "示例新人",
        "staff_no": "N-new",
        "unit": e.OURS,
    },
    "desk:look-up": lambda _: LOOK,
    "desk:apply-special": lambda _: {
        "items": t.PENALTY,
        "subjects": t.FINED[0],
        "purpose": ASKED["purpose"],
        "matter": ASKED["matter"],
        "basis": "《示例条例》第三条",
        **_days(),
    },
    "desk:decide-special": lambda _: {"decision": "grant", "reason": "依法核查需要"},
    "desk:revoke-special": lambda _: {"reason": "已办结"},
    "portal:send-feedback": lambda _: {"category": "suggestion", "text": "请增加英文说明。"},
    "desk:write-message": lambda _: {
        "board": "task",
        "title": "核对报送",
        "text": "请核对本月报送情况。",
        "until_on": t.TODAY.isoformat(),
    },
    "desk:answer-letter": lambda _: {"answer": "已收到，谢谢。"},
    "desk:counts-file": lambda _: {
        "first": t.TODAY.isoformat(),
        "last": t.TODAY.isoformat(),
        "table": "checks",
    },
    "desk:add-agent": lambda _: {
        "login": "new",
        "name": "示例经办人",
        "staff_no": "A-1",
        "unit": t.FINED[0],
    },
    "desk:appoint": lambda _: {
        "login": "an-agent",
        "document": "授权委托书〔2026〕2号",
        **_days(),
    },
    "desk:grant-role": lambda _: {
        "login": "deputy",
        "role": "leader",
        "unit": e.OURS,
        **_days(),
    },
    "desk:end-role": lambda _: {
        "number": Assignment.objects.get(staff__login="stranger").pk,
    },
    "desk:hand-over": lambda _: {"taker": "colleague"},
    "account_login": lambda _: {"login": "stranger", "password": PASSWORD + "?"},
}
