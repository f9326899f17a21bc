"""Who may do what, and why: default deny, one place for every way in (访问控制).

Requirement 1-59 asks for rights by class of information, SAFETY T01 and T04 for a purpose of each
look. Row level security stands below as a second net; it cannot say why, this can.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from gongxin.core import regions
from gongxin.core.catalog import PublicRange


class Role(StrEnum):
    """What somebody may be at a unit (角色); the three administrators are apart (三员分立)."""

    SUPERVISOR = "supervisor"  # 主管部门
    OPERATOR = "operator"  # 工作机构 (信用中心)
    REPORTER = "reporter"  # 信源单位经办
    RELEASER = "releaser"  # 信源单位复核
    CHECKER = "checker"  # 用信单位
    BANK = "bank"  # 金融机构
    LEADER = "leader"  # 领导
    SUBJECT = "subject"  # 信用主体经办人
    SYSTEM_ADMIN = "system-admin"  # 系统管理员
    SECURITY_ADMIN = "security-admin"  # 安全管理员
    AUDITOR = "auditor"  # 审计员


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})


class Action(StrEnum):
    """What can be done."""

    READ_PUBLIC = "read-public"
    READ_RECORDS = "read-records"
    ASK_CHECK = "ask-check"
    REPORT_OUTCOME = "report-outcome"
    COUNT_CHECKS = "count-checks"
    HAND_IN = "hand-in"
    LOOK_UP = "look-up"
    APPLY_SPECIAL = "apply-special"
    DECIDE_SPECIAL = "decide-special"
    READ_BATCH = "read-batch"
    READ_AUDIT = "read-audit"
    READ_LOOKS = "read-looks"
    MANAGE_ACCOUNTS = "manage-accounts"
    GRANT_ROLES = "grant-roles"
    DELEGATE = "delegate"
    OPERATE = "operate"
    SUBSCRIBE = "subscribe"
    READ_BOARD = "read-board"
    WRITE_BOARD = "write-board"
    FILE_FEEDBACK = "file-feedback"
    ANSWER_FEEDBACK = "answer-feedback"
    WATCH = "watch"
    TAKE_BACK = "take-back"
    READ_EVALUATION = "read-evaluation"


class Reason(StrEnum):
    """Why something was allowed or not; stable, for the audit log and the answer."""

    ROLE = "role"
    NO_RULE = "no_rule"
    NO_ROLE = "no_role"
    NOT_OWN = "not_own"
    NO_PURPOSE = "no_purpose"
    NOT_IN_SCOPE = "not_in_scope"
    NOT_IN_REGION = "not_in_region"
    DUTIES_APART = "duties_apart"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a client or an assignment is limited to; None is everything of its roles."""

    purposes: frozenset[str] | None = None
    matters: frozenset[str] | None = None
    items: frozenset[str] | None = None

    def holds(self, resource: "Resource", purpose: str) -> bool:
        """Tell whether purpose, matter and record type are within."""
        wanted = (
            (self.purposes, purpose),
            (self.matters, resource.matter),
            (self.items, resource.item),
        )
        return all(limit is None or not value or value in limit for limit, value in wanted)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a unit was granted to see beyond its rights (特殊查询): all of it must fit a look.

    ``subjects`` are the organisations, or ``form`` is the kind that they are of.
    """

    number: int
    items: frozenset[str]
    subjects: frozenset[str]
    form: str
    purpose: str
    matter: str

    def holds(self, resource: "Resource", purpose: str) -> bool:
        """Tell whether a look at a record of an organisation is under the grant."""
        about = resource.owner in self.subjects if self.subjects else resource.form == self.form
        return (
            about
            and resource.owner != ""
            and resource.item in self.items
            and (resource.matter, purpose) == (self.matter, self.purpose)
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: ``name`` as the audit log has it, ``unit`` the code of unit or organisation.

    ``region`` is the unit's: what is not public is seen of it and of what lies in it.
    """

    name: str
    unit: str = ""
    roles: frozenset[Role] = frozenset()
    scope: Scope = field(default_factory=Scope)
    region: str = ""
    grants: tuple[Grant, ...] = ()


ANYBODY = Actor("")


@dataclass(frozen=True, slots=True)
class Resource:
    """What is acted on; ``owner`` is the code of the unit or organisation whose it is.

    ``region`` is that of the unit that decided or asked, never where an organisation is registered:
    one from elsewhere is treated alike.
    """

    owner: str = ""
    item: str = ""
    matter: str = ""
    region: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether, why, and which classes of fields may be shown (公开范围).

    ``grant`` is the number of the special query under which more is shown; 0 is none.
    """

    allow: bool
    reason: Reason
    fields: frozenset[PublicRange] = frozenset()
    grant: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """Roles that may at all, those that may only at what is their own, and what is shown.

    ``anybody`` needs no role. ``purpose``: what is another's is seen for one that is named.
    ``regional``: what is another's is seen within the actor's region, and not without knowing it.
    """

    roles: frozenset[Role] = frozenset()
    own: frozenset[Role] = frozenset()
    anybody: bool = False
    purpose: bool = False
    regional: bool = False
    fields: frozenset[PublicRange] = frozenset({PublicRange.PUBLIC})


_SHARED = frozenset({PublicRange.PUBLIC, PublicRange.SHARED})
_OWN = frozenset({PublicRange.PUBLIC, PublicRange.SHARED, PublicRange.AUTHORISED})

RULES: Mapping[Action, Rule] = MappingProxyType(
    {
        Action.READ_PUBLIC: Rule(anybody=True),
        Action.READ_RECORDS: Rule(
            roles=frozenset({Role.CHECKER, Role.SUPERVISOR, Role.OPERATOR}),
            own=frozenset({Role.REPORTER, Role.RELEASER, Role.SUBJECT}),
            purpose=True,
            regional=True,
            fields=_SHARED,
        ),
        Action.LOOK_UP: Rule(own=frozenset({Role.CHECKER, Role.SUPERVISOR, Role.OPERATOR})),
        Action.APPLY_SPECIAL: Rule(own=frozenset({Role.CHECKER, Role.SUPERVISOR})),
        Action.DECIDE_SPECIAL: Rule(roles=frozenset({Role.OPERATOR}), regional=True),
        Action.ASK_CHECK: Rule(roles=frozenset({Role.CHECKER, Role.BANK}), purpose=True),
        Action.REPORT_OUTCOME: Rule(own=frozenset({Role.CHECKER, Role.BANK})),
        Action.COUNT_CHECKS: Rule(
            roles=frozenset({Role.SUPERVISOR, Role.OPERATOR, Role.LEADER}),
            own=frozenset({Role.CHECKER, Role.BANK}),
            regional=True,
        ),
        Action.HAND_IN: Rule(own=frozenset({Role.REPORTER})),
        Action.READ_BATCH: Rule(
            roles=frozenset({Role.OPERATOR}),
            own=frozenset({Role.REPORTER, Role.RELEASER}),
            regional=True,
            fields=_SHARED,
        ),
        Action.READ_AUDIT: Rule(roles=frozenset({Role.AUDITOR}), fields=frozenset()),
        Action.READ_LOOKS: Rule(own=frozenset({Role.SUBJECT}), fields=_OWN),
        Action.MANAGE_ACCOUNTS: Rule(roles=frozenset({Role.SYSTEM_ADMIN}), fields=frozenset()),
        Action.GRANT_ROLES: Rule(roles=frozenset({Role.SECURITY_ADMIN}), fields=frozenset()),
        Action.DELEGATE: Rule(
            own=frozenset(Role) - ADMINISTRATORS - {Role.SUBJECT}, fields=frozenset()
        ),
        Action.OPERATE: Rule(roles=frozenset({Role.SYSTEM_ADMIN}), fields=frozenset()),
        Action.SUBSCRIBE: Rule(
            own=frozenset({Role.SUPERVISOR, Role.OPERATOR, Role.REPORTER, Role.CHECKER, Role.BANK}),
        ),
        Action.READ_BOARD: Rule(
            own=frozenset(Role) - ADMINISTRATORS - {Role.SUBJECT}, fields=frozenset()
        ),
        Action.WRITE_BOARD: Rule(
            own=frozenset({Role.SUPERVISOR, Role.OPERATOR}), fields=frozenset()
        ),
        Action.FILE_FEEDBACK: Rule(anybody=True, fields=frozenset()),
        Action.ANSWER_FEEDBACK: Rule(
            roles=frozenset({Role.SUPERVISOR, Role.OPERATOR}), regional=True, fields=frozenset()
        ),
        Action.WATCH: Rule(
            roles=frozenset({Role.SUPERVISOR, Role.OPERATOR, Role.LEADER}),
            own=frozenset({Role.REPORTER, Role.RELEASER, Role.CHECKER, Role.BANK}),
            regional=True,
            fields=frozenset(),
        ),
        Action.READ_EVALUATION: Rule(
            roles=frozenset({Role.CHECKER, Role.BANK, Role.SUPERVISOR, Role.OPERATOR}),
            purpose=True,
        ),
        Action.TAKE_BACK: Rule(own=frozenset({Role.REPORTER, Role.RELEASER}), fields=_OWN),
    }
)


def can(actor: Actor, action: Action, resource: Resource, purpose: str = "") -> Decision:
    """Decide; whatever no rule names is denied."""
    rule = RULES.get(action)
    if rule is None:
        return Decision(allow=False, reason=Reason.NO_RULE)
    if rule.anybody:
        return Decision(allow=True, reason=Reason.ROLE, fields=rule.fields)
    if len(actor.roles) > 1 and actor.roles & ADMINISTRATORS:
        return Decision(allow=False, reason=Reason.DUTIES_APART)
    if denied := _denied(rule, actor, resource, purpose):
        return Decision(allow=False, reason=denied)
    if action is Action.READ_RECORDS:
        granted = next((one for one in actor.grants if one.holds(resource, purpose)), None)
        if granted is not None:
            return Decision(True, Reason.ROLE, rule.fields | _OWN, granted.number)
    return Decision(allow=True, reason=Reason.ROLE, fields=rule.fields)


def _denied(rule: Rule, actor: Actor, resource: Resource, purpose: str) -> Reason | None:
    own = bool(resource.owner) and resource.owner == actor.unit
    if not actor.roles & (rule.roles | rule.own):
        return Reason.NO_ROLE
    if not actor.roles & rule.roles and not own:
        return Reason.NOT_OWN
    if rule.purpose and not own and not purpose:
        return Reason.NO_PURPOSE
    if rule.regional and not own and not _in_region(actor, resource):
        return Reason.NOT_IN_REGION
    if not actor.scope.holds(resource, purpose):
        return Reason.NOT_IN_SCOPE
    return None


def _in_region(actor: Actor, resource: Resource) -> bool:
    """Tell whether the resource lies in the actor's region (数据范围, 0-04)."""
    known = regions.is_region(actor.region) and regions.is_region(resource.region)
    return known and regions.holds(actor.region, resource.region)
