"""What the database lets the web process do: the net under the policy objects (行级安全).

The web process logs in as a role that owns nothing, cannot bypass row security and has only the
rights of this table; workers and the command line are the owner. A row of a unit is there for
nobody until the transaction says whose it acts for (``accounts.acting``), and a connection that
did not say that it is the server's sees no row. A table that stands nowhere here is closed. The
net is for a filter that was forgotten: who can run any statement can say what the server says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from gongxin.cli import output
from gongxin.cluster import CITIZEN_ROLE, WEB_ROLE
from gongxin.core import digest
from gongxin.core.errors import CreditError

READ, WRITE = "SELECT", "SELECT, INSERT, UPDATE, DELETE"
ACTING = "current_setting('gongxin.acting', true) = 'web'"
CLIENT = "nullif(current_setting('gongxin.client', true), '')"
UNIT = "nullif(current_setting('gongxin.unit', true), '')"


@dataclass(frozen=True, slots=True)
class Right:
    """``grant`` on a table, and the rows for which it holds; None: all rows."""

    grant: str
    rows: str | None = None


def _through(table: str, key: str, own: str) -> str:
    """Rows whose parent may be seen: the parent's own policy decides."""
    return f"EXISTS (SELECT 1 FROM {table} parent WHERE parent.{key} = {own})"


OWN = Right("SELECT, INSERT", f"unit = {UNIT}")
ASKED = Right("SELECT, INSERT, UPDATE (batch)", f"unit = {UNIT}")  # UPDATE locks, it alters none
BATCH = Right("SELECT, INSERT, UPDATE (rows)", f"unit = {UNIT}")
LOOKED_UP = "nullif(current_setting('gongxin.looking', true), '')"
# What is not public by its kind is there for a look at that one organisation (accounts.acting).
PUBLISHED = Right(
    READ,
    f"{ACTING} AND (hidden = '' OR unit = {UNIT}"
    f" OR (hidden = 'item_not_public' AND NOT adverse AND subject = {LOOKED_UP}))",
)
PUBLIC = Right(READ, ACTING)
LOGIN = Right(WRITE, ACTING)  # needed before anybody is known
PEOPLE = Right("SELECT, INSERT, UPDATE", ACTING)
CLOSED = Right("")

RIGHTS: Mapping[str, Right] = MappingProxyType(
    {
        "ledger_entry": PUBLISHED,
        "ledger_current": PUBLISHED,
        "ledger_change": Right(READ),  # a view: that something changed, not what
        "ledger_subject": PUBLIC,
        "ledger_one_person": PUBLIC,
        "ledger_other_name": PUBLIC,
        "ledger_other_code": PUBLIC,
        # That there is such a number is known to whoever may see the record.
        "ledger_record_number": Right(
            READ,
            f"{ACTING} AND EXISTS (SELECT 1 FROM ledger_current parent WHERE parent.subject ="
            " ledger_record_number.subject AND parent.record_id = ledger_record_number.record_id)",
        ),
        "ledger_head": PUBLIC,
        "ledger_segment": CLOSED,
        "derive_run": PUBLIC,
        "derive_grade": PUBLIC,
        "derive_counted": PUBLIC,
        "intake_batch": Right(READ, f"unit = {UNIT}"),
        "intake_reject": Right(READ, f"unit = {UNIT}"),
        "intake_withdrawal": Right(READ, f"unit = {UNIT}"),
        "intake_source": Right(READ),  # a view: how many rows came and when, none of them
        "intake_finding": Right(READ, _through("intake_batch", "id", "batch_id")),
        "check_asked": ASKED,
        "check_batch": BATCH,
        "check_case": OWN,
        "check_range_day": Right("SELECT, INSERT", ACTING),
        "check_chunk": Right("SELECT, INSERT", _through("check_batch", "id", "batch_id")),
        "check_reported": Right("SELECT, INSERT", _through("check_asked", "check_no", "asked_id")),
        "check_notice": Right(
            "SELECT, INSERT",
            f"subject = {UNIT} OR {_through('check_reported', 'id', 'reported_id')}",
        ),
        "check_proposal": Right("SELECT, INSERT", _through("check_reported", "id", "reported_id")),
        # Who proposes cannot approve: the columns of the decision are nobody's of the web process.
        "push_subscription": Right(
            "SELECT, INSERT, UPDATE (generation, rotated_at, rests_until, disabled_at, disabled_by,"
            " disabled_why)",
            f"unit = {UNIT}",
        ),
        "push_delivery": Right(
            "SELECT, UPDATE (state, attempts, next_at, fault)",
            _through("push_subscription", "id", "subscription_id"),
        ),
        "push_address": Right(READ),  # a view: how addresses stand, no message and no secret
        "desk_message": Right("SELECT, INSERT, UPDATE (withdrawn_by, withdrawn_at)", ACTING),
        "desk_mark": Right("SELECT, INSERT", ACTING),
        "feedback_letter": Right(
            "SELECT, INSERT, UPDATE (answer, answered_by, answered_at)", ACTING
        ),
        "opendata_snapshot": PUBLIC,
        "opendata_ended": Right(READ),  # a view: why something left, not what it was
        "opendata_reuser": Right(READ),  # a view: how far each reuser is
        "opendata_acknowledged": Right("SELECT, INSERT, UPDATE", f"unit = {UNIT}"),
        # Whether a check may be asked under an adapter, how it stands; the rest is for workers.
        "exchange_peer": Right("SELECT (adapter, digest, decision, legacy_md5, fault, since)"),
        "exchange_parcel": CLOSED,
        "exchange_held": CLOSED,
        "audit_row": Right("INSERT, SELECT (id, at)"),
        "audit_look": Right(READ),  # a view: the looks at whom the transaction acts for
        "audit_pending": Right("INSERT, SELECT"),  # how far the sealing is behind
        "audit_leaf": PUBLIC,
        "audit_head": PUBLIC,
        "audit_witnessed": PUBLIC,
        "api_kept": Right(WRITE, f"client_id = {CLIENT}"),
        "api_used": LOGIN,
        "api_asked": Right("SELECT, INSERT, UPDATE", f"client_id = {CLIENT}"),
        "api_signed": Right("SELECT, INSERT", f"client_id = {CLIENT}"),
        "accounts_unit": PUBLIC,
        "accounts_former_unit": PUBLIC,
        "accounts_hand_in": PUBLIC,
        "accounts_staff": PEOPLE,
        "accounts_assignment": PEOPLE,
        "accounts_delegation": PEOPLE,
        "accounts_failed_login": LOGIN,
        "accounts_counted_failure": LOGIN,
        "accounts_first_entry": LOGIN,
        "accounts_client": PUBLIC,
        "accounts_client_day": Right("SELECT, INSERT, UPDATE", ACTING),
        "accounts_product_day": Right("SELECT, INSERT, UPDATE", ACTING),
        "accounts_special_query": PEOPLE,
    }
)
# Functions of the owner that give figures and no rows: whoever serves may call them.
FUNCTIONS = ("check_counted", "check_outcomes_counted", "check_rates")
# All that the process for persons is let near outside the database of personal records (ADR 0024):
# the log's new rows, and of clients what tells whether an access token is good.
OF_CITIZENS: Mapping[str, str] = MappingProxyType(
    {
        "audit_row": "INSERT, SELECT (id, at)",
        "audit_pending": "INSERT",
        "accounts_unit": "SELECT (uscc, name, region, valid_until)",
        "accounts_client": "SELECT (id, client_id, name, unit, roles, purposes, matters, items,"
        " quota, rate, disabled, verify_key)",
        "oauth2_provider_accesstoken": "SELECT (application_id, token_checksum, expires, scope)",
    }
)
# Tables of libraries that log people and systems in, by the names of their apps.
LOGIN_APPS = frozenset({"account", "auth", "mfa", "oauth2_provider", "sessions", "socialaccount"})


def tables() -> dict[str, Right]:
    """Return the right on each table of the platform; what nobody named is closed."""
    found: dict[str, Right] = {}
    for model in apps.get_models(include_auto_created=True):
        name = model._meta.db_table
        if model._meta.app_label == "personal":  # in a database where this role may not enter
            continue
        login = LOGIN if model._meta.app_label in LOGIN_APPS else CLOSED
        found[name] = RIGHTS.get(name, login)
    return found | {"django_migrations": PUBLIC, "django_content_type": PUBLIC}


def apply() -> bool:
    """Set the rights of the web process's role anew; False if the server has no such role.

    What stands already is left alone: a policy that is made again waits for everybody who reads.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [WEB_ROLE])
        if cursor.fetchone() is None:
            return False
        cursor.execute("SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = CURRENT_USER")
        (bulk,) = cursor.fetchone()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table that is to be looked at is locked
        cursor.execute(
            """SELECT c.relname, obj_description(p.oid, 'pg_policy') FROM pg_policy p
               JOIN pg_class c ON c.oid = p.polrelid WHERE p.polname = 'web'"""
        )
        standing = dict(cursor.fetchall())
        for statement in _statements(forced=bulk, standing=standing):
            cursor.execute(statement)
        _apply_to_citizens(cursor)
    return True


def _apply_to_citizens(cursor: CursorWrapper) -> None:
    """Set the rights of the role that serves persons; a policy that stands is left alone."""
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [CITIZEN_ROLE])
    if cursor.fetchone() is None:
        return
    cursor.execute(
        """SELECT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
           WHERE p.polname = 'citizen'"""
    )
    standing = {name for (name,) in cursor.fetchall()}
    known = tables()
    cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {CITIZEN_ROLE}")
    for table, grant in OF_CITIZENS.items():
        if known[table].rows is not None and table not in standing:
            cursor.execute(
                f"CREATE POLICY citizen ON {table} FOR SELECT TO {CITIZEN_ROLE} USING (true)"
            )
        cursor.execute(f"GRANT {grant} ON {table} TO {CITIZEN_ROLE}")


class NoRights(CreditError):
    """The role that serves was never given its rights."""

    code = "platform.no_rights"


def ready() -> None:
    """Say so if pages will be served as the tables' owner.

    Raises:
        NoRights: the role that serves cannot read yet.
    """
    if not settings.GONGXIN.web_database_url:
        output.errors.print(
            "served as the owner of the tables: row security does not hold; see ADR 0013"
        )
    elif not applied():
        message = "the role that serves has no rights yet; run gongxin init --pack NAME again"
        raise NoRights(message)


def applied() -> bool:
    """Tell whether the web process's role may read what everybody may."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(rolname, 'ledger_subject', 'SELECT') FROM pg_roles"
            " WHERE rolname = %s",
            [WEB_ROLE],
        )
        return bool(cursor.fetchone() == (True,))


def _statements(*, forced: bool, standing: Mapping[str, str | None]) -> Iterator[str]:
    """Write what sets the rights; row security is forced on an owner whose COPY may bypass it.

    ``standing`` is the mark of the policy that each table has now. Grants come last: they change a
    table's entry without locking the table, an automatic ANALYZE then waits for this transaction
    with the lock that a policy needs, and the two are stuck.
    """
    force = "FORCE" if forced else "NO FORCE"
    for table, right in sorted(tables().items()):
        mark = digest.digest(f"{force} {right.grant} {right.rows}".encode())
        if table in standing and (right.rows is None or standing[table] != mark):
            yield f"DROP POLICY web ON {table}"
            yield f"DROP POLICY owner ON {table}"
        if right.rows is None or standing.get(table) == mark:
            continue
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} {force} ROW LEVEL SECURITY"
        yield f"CREATE POLICY owner ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)"
        check = "" if right.grant == READ else f" WITH CHECK ({right.rows})"
        yield f"CREATE POLICY web ON {table} TO {WEB_ROLE} USING ({right.rows}){check}"
        yield f"COMMENT ON POLICY web ON {table} IS '{mark}'"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {WEB_ROLE}, PUBLIC"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {WEB_ROLE}"
    for table, right in sorted(tables().items()):
        if right.grant:
            yield f"GRANT {right.grant} ON {table} TO {WEB_ROLE}"
    for function in FUNCTIONS:
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {WEB_ROLE}"
