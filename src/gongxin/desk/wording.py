"""How roles, outcomes and refusals are called on the pages of the desk (用语)."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongxin.accounts.policy import Role
from gongxin.check.outcomes import Outcome
from gongxin.core.errors import CreditError
from gongxin.desk.queries import Board
from gongxin.feedback.queries import Category

ROLES: Mapping[Role, str | Promise] = {
    Role.SUPERVISOR: _("supervising department"),
    Role.OPERATOR: _("credit centre"),
    Role.REPORTER: _("reporter of a unit"),
    Role.RELEASER: _("releaser of a unit"),
    Role.CHECKER: _("checker of a unit"),
    Role.BANK: _("financial institution"),
    Role.LEADER: _("leader"),
    Role.SUBJECT: _("agent of an organisation"),
    Role.SYSTEM_ADMIN: _("system administrator"),
    Role.SECURITY_ADMIN: _("security administrator"),
    Role.AUDITOR: _("auditor"),
}
OUTCOMES: Mapping[str, str | Promise] = {
    Outcome.PRIORITY: _("handled with priority"),
    Outcome.NORMAL: _("handled as usual"),
    Outcome.STRICT: _("handled strictly"),
    Outcome.REFUSED: _("not handled"),
    Outcome.WATCHED: _("put under focused supervision"),
    "": _("not reported"),
}
CATEGORIES: Mapping[str, str | Promise] = {
    Category.LEAK: _("leak or misuse of information"),
    Category.CONDUCT: _("conduct of staff"),
    Category.SUGGESTION: _("suggestion"),
}
BOARDS: Mapping[str, str | Promise] = {
    Board.BULLETIN: _("Bulletins"),
    Board.TASK: _("Tasks"),
    Board.MESSAGE: _("Messages"),
}
BAD_ANSWER = _("Answer in words, without a person's number.")
REFUSALS: Mapping[str, str | Promise] = {
    "accounts.bad_account": _(
        "An account needs a login name, a name and a staff number of its own; a person's number is"
        " none of them."
    ),
    "accounts.not_found": _("There is nothing of the kind that is open. Load the page again."),
    "accounts.duties_apart": _(
        "System administrator, security administrator and auditor are three persons, and none of"
        " them does other work here. Their roles are neither delegated nor handed over."
    ),
    "accounts.own_role": _("Nobody decides about a role or an account of his own."),
    "accounts.not_appointed": _(
        "An agent acts for one organisation with a valid code, on a document that is named and"
        " without a person's number, until a day, and holds no other role."
    ),
    "accounts.bad_application": _(
        "An application names record types, organisations or their kind and no person or sole"
        " trader, purpose, matter, law and article, and a term of a year at most."
    ),
    "accounts.not_to_decide": _(
        "Another person than who applied decides, once and with reasons; a grant that holds is"
        " revoked with reasons."
    ),
    "desk.bad_message": _(
        "A message has a title, a text without persons' numbers, and an end within a year."
    ),
    "desk.not_there": _("There is nothing of the kind that is open. Load the page again."),
    "feedback.not_to_answer": BAD_ANSWER,
    "accounts.not_released": _(
        "A link is released by another administrator than who made it, and for another person."
    ),
    "accounts.wrong_code": _(
        "The code is wrong. After five wrong ones the link is good no more: ask for another code."
    ),
    "accounts.bad_term": _(
        "A term begins today or later and ends no earlier than it begins, at a unit that exists."
    ),
}
OTHER = _("This was refused; nothing was changed.")


def refusal(error: CreditError) -> str:
    """Return in the page's language why something was refused."""
    return str(REFUSALS.get(error.code, OTHER))
