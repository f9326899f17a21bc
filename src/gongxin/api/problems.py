"""Every problem that the API answers with, as RFC 9457 has it; ``type`` is the one to branch on.

docs/reference/problems.md and the pages under ``/api/v1/problems/`` show this table.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.http import HttpResponse

from gongxin.core.citation import Label

MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/v1/problems/"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its name and status never change their meaning."""

    name: str
    status: int
    title: str
    meaning: Label

    @property
    def type(self) -> str:
        """The address of its page."""
        return f"{PREFIX}{self.name}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a request: where (RFC 6901), a stable code, and what is wrong."""

    pointer: str
    code: str
    detail: str


class Problem(Exception):
    """A request that is not answered, and why; never what was typed."""

    def __init__(
        self,
        kind: Kind,
        detail: str = "",
        errors: tuple[Fault, ...] = (),
        *,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(kind.name)
        self.kind = kind
        self.detail = detail or kind.meaning.en
        self.errors = errors
        self.headers = headers or {}
        self.members = members or {}

    def document(self, trace_id: str) -> dict[str, object]:
        """Return the problem as its JSON document."""
        return {
            "type": self.kind.type,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "errors": [asdict(fault) for fault in self.errors],
            "trace_id": trace_id,
            **self.members,
        }

    def response(self, trace_id: str) -> HttpResponse:
        """Return the answer, to be kept nowhere."""
        text = json.dumps(self.document(trace_id), ensure_ascii=False)
        headers = {"Cache-Control": "no-store", **self.headers}
        return HttpResponse(text, status=self.kind.status, content_type=MEDIA_TYPE, headers=headers)


def _kind(name: str, status: int, title: str, zh: str, en: str) -> Kind:
    return Kind(name, status, title, Label(zh, en))


BAD_REQUEST = _kind(
    "bad-request",
    400,
    "The request cannot be read",
    "请求无法读取（例如JSON有误、成员重复、数字过长、嵌套过深）。改正后再发。",
    "The request cannot be read: faulty JSON, a member twice, a number too long, nesting too deep."
    " Mend it and send it again.",
)
UNKNOWN_PARAMETER = _kind(
    "unknown-parameter",
    400,
    "An unknown or repeated query parameter",
    "查询参数未知或重复。参数从不被静默忽略：去掉它。",
    "A query parameter is unknown or stands twice. None is silently ignored: leave it out.",
)
UNAUTHENTICATED = _kind(
    "unauthenticated",
    401,
    "No valid token",
    "没有令牌、令牌已过期，或接入系统已停用。重新取得令牌。",
    "There is no token, it has ended, or the client was disabled. Get another token.",
)
SIGNATURE_REFUSED = _kind(
    "signature-refused",
    401,
    "The signature is not good",
    "签名无效、不完整、过期，或该随机数已用过。按接口文档重新签名；未登记公钥的系统不得附带签名。",
    "The signature is wrong, covers too little, is too old, or its nonce was used before. Sign the"
    " request anew; a client without a registered key sends none.",
)
INSUFFICIENT_SCOPE = _kind(
    "insufficient-scope",
    403,
    "The token lacks the scope",
    "令牌不含所需范围。取得含该范围的令牌。",
    "The token does not have the scope that the operation needs. Get one that does.",
)
NOT_ALLOWED = _kind(
    "not-allowed",
    403,
    "Not allowed for this client",
    "接入系统的角色、用途或事项不允许此操作。reason 说明原因；请向信用中心申请。",
    "Roles, purposes or matters of the client do not allow this. `reason` says which; ask the"
    " credit centre.",
)
NOT_FOUND = _kind(
    "not-found",
    404,
    "Nothing to be shown here",
    "没有可以展示的内容。“没有”与“不对您公开”是同一个回答。",
    "There is nothing to be shown. Not there and not for you are the same answer.",
)
METHOD_NOT_ALLOWED = _kind(
    "method-not-allowed",
    405,
    "Not with this method",
    "此地址不支持该方法；Allow 头列出支持的方法。",
    "The address does not take this method; the header Allow names those it takes.",
)
IN_USE = _kind(
    "idempotency-key-reused",
    422,
    "The key belongs to another request",
    "该幂等键已用于另一请求。新的请求用新的键。",
    "The idempotency key was used for another request. A new request has a new key.",
)
TOO_LARGE = _kind(
    "too-large",
    413,
    "The body is too large",
    "请求体过大。分批发送。",
    "The body is too large. Send it in parts.",
)
UNSUPPORTED_MEDIA_TYPE = _kind(
    "unsupported-media-type",
    415,
    "Another media type is needed",
    "请求体的媒体类型不对；按接口文档使用 application/json 或表单（UTF-8）。",
    "The body has another media type than the operation takes: application/json or a form, in"
    " UTF-8.",
)
INVALID = _kind(
    "invalid",
    422,
    "Members or parameters have faults",
    "成员或参数有误；errors 逐一指出位置和原因。",
    "Members or parameters have faults; `errors` names each with its place.",
)
CHECK_UNKNOWN_PURPOSE = _kind(
    "check-unknown-purpose",
    422,
    "No such purpose",
    "用途不在目录中。",
    "The purpose is not one of the catalog's.",
)
CHECK_UNKNOWN_MATTER = _kind(
    "check-unknown-matter",
    422,
    "No such matter",
    "事项不在目录中。",
    "The matter is not one of the catalog's.",
)
CHECK_PERSON = _kind(
    "check-person",
    422,
    "Persons are never checked",
    "这是自然人的号码。自然人不被核查；号码未被记录。",
    "This is a person's number. Persons are never checked; the number was recorded nowhere.",
)
CHECK_NO_CODE = _kind(
    "check-no-code",
    422,
    "Not a valid code",
    "不是有效的统一社会信用代码。请核对代码，不要据此作出不利处理。",
    "This is no valid unified social credit code. Look it up again; nothing bad follows.",
)
CHECK_ONE_PERSON = _kind(
    "check-one-person",
    422,
    "One person's livelihood is not checked",
    "个体工商户、个人独资企业等是一个人的生计，不被核查。",
    "A sole trader or another undertaking of one person is a livelihood and is not checked.",
)
CHECK_ARCHIVE_ONLY = _kind(
    "check-archive-only",
    422,
    "Has an archive only",
    "境外机构、宗教和工会组织只有档案，不被核查。",
    "Foreign, religious and union bodies have an archive only and are not checked.",
)
RANGE_PREFIX = _kind(
    "range-prefix",
    409,
    "The prefix has not the length of the day",
    "前缀位数与当日不符（见 GET /api/v1/checks:range），或本平台组织太少，不足以隐藏查询对象。",
    "The prefix has not as many signs as `GET /api/v1/checks:range` says for the day, or the"
    " platform knows too few organisations to hide one among them.",
)
OUTCOME_REFUSED = _kind(
    "outcome-refused",
    422,
    "The answer does not justify the outcome",
    "比“正常办理”更严的结果须引用本次核查结果中的一项措施，或注明并非信用原因并以文字说明理由。未保存。",
    "An outcome worse than normal cites a measure of this very answer, or says that it is not for"
    " credit reasons and in words why. Nothing was kept.",
)
ADDRESS_REFUSED = _kind(
    "address-refused",
    422,
    "Nothing is sent to this address",
    "不能向该地址推送：须为 https 域名地址，不得为数字地址、内部网络或未开放端口。"
    "reason 说明原因。未保存。",
    "Nothing is sent there: an https address of a name, no number, no network inside, no closed"
    " port. `reason` says which. Nothing was kept.",
)
PUSH_REFUSED = _kind(
    "push-refused",
    422,
    "The subscription does not allow this",
    "该推送订阅不允许此操作；reason 说明原因（例如已停用、数量过多、密钥序号不符）。未改动。",
    "The subscription does not allow this; `reason` says why: not open, too many, another secret"
    " is in force. Nothing was changed.",
)
RATE_LIMITED = _kind(
    "rate-limited",
    429,
    "Too many requests",
    "请求过快。按 Retry-After 等待；成批数据请用开放数据文件。",
    "Requests come too fast. Wait as Retry-After says.",
)
QUOTA = _kind(
    "quota",
    429,
    "The day's quota is used up",
    "今日可查询的组织数已用完。明日再查，或向信用中心申请提高。结果为“未知”，不得视为不良。",
    "The number of organisations for the day is used up. Ask again tomorrow, or ask the credit"
    " centre for more. The result is unknown, never bad.",
)
INTERNAL = _kind(
    "internal",
    500,
    "A failure of ours",
    "我方故障。结果为“未知”，不得视为不良；请凭 trace_id 告知我们。",
    "A failure of ours. The result is unknown, never bad; tell us the `trace_id`.",
)
UNAVAILABLE = _kind(
    "unavailable",
    503,
    "Not available now",
    "暂不可用。结果为“未知”，不得视为不良；稍后再试。",
    "Not available at the moment. The result is unknown, never bad; try again later.",
)
TOKEN_REFUSED = _kind(
    "token-refused",
    400,
    "No token is issued",
    "未发放令牌；error 是 RFC 6749 的错误代码。",
    "No token was issued; `error` is the code of RFC 6749.",
)
CLIENT_REFUSED = _kind(
    "client-refused",
    401,
    "The client is not known",
    "接入系统的编号或密钥不对，或已停用；error 是 RFC 6749 的错误代码。",
    "Id or secret of the client are wrong, or it was disabled; `error` is the code of RFC 6749.",
)

KINDS: tuple[Kind, ...] = (
    BAD_REQUEST,
    UNKNOWN_PARAMETER,
    TOKEN_REFUSED,
    UNAUTHENTICATED,
    CLIENT_REFUSED,
    SIGNATURE_REFUSED,
    INSUFFICIENT_SCOPE,
    NOT_ALLOWED,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    INVALID,
    IN_USE,
    CHECK_UNKNOWN_PURPOSE,
    CHECK_UNKNOWN_MATTER,
    CHECK_PERSON,
    CHECK_NO_CODE,
    CHECK_ONE_PERSON,
    CHECK_ARCHIVE_ONLY,
    RANGE_PREFIX,
    OUTCOME_REFUSED,
    ADDRESS_REFUSED,
    PUSH_REFUSED,
    RATE_LIMITED,
    QUOTA,
    INTERNAL,
    UNAVAILABLE,
)
BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}
_BY_STATUS: Mapping[int, Kind] = {
    kind.status: kind
    for kind in (
        BAD_REQUEST,
        UNAUTHENTICATED,
        NOT_ALLOWED,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        INVALID,
        RATE_LIMITED,
        UNAVAILABLE,
    )
}


def of_status(status: int) -> Problem:
    """Return the plain problem of a status that another part of the server gave."""
    kind = _BY_STATUS.get(status, INTERNAL if status >= INTERNAL.status else BAD_REQUEST)
    return Problem(kind)
