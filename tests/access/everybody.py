"""Everybody who may come: people of each role, systems of each role, and strangers.

One platform for a whole module: the settled town, an office of one unit with a person of each role,
another unit whose things are nobody's business there, and a system of each role that systems have.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client as Browser
from django.test import override_settings

from gongxin.accounts import actions, agents, links, logins, special
from gongxin.accounts.actions import Person, Term
from gongxin.accounts.client_actions import FOR_SYSTEMS, NewClient, add_client
from gongxin.accounts.clients import Client
from gongxin.accounts.models import Assignment, Unit
from gongxin.accounts.policy import ADMINISTRATORS, Actor, Role
from gongxin.accounts.staff import Staff
from gongxin.check import batches, ranges
from gongxin.check.answer import Question
from gongxin.check.asking import check
from gongxin.check.models import Case
from gongxin.check.outcomes import Outcome, Report, report
from gongxin.cli import rights
from gongxin.cluster import WEB_ROLE
from gongxin.core.audit import By
from gongxin.core.clauses import Feedback
from gongxin.core.destinations import Allowed
from gongxin.desk import actions as boards
from gongxin.desk.adapters import FactorAdapter
from gongxin.exchange import actions as exchange
from gongxin.feedback import actions as feedback
from gongxin.feedback.queries import Category
from gongxin.ledger.models import Current
from gongxin.opendata.actions import acknowledge, publish
from gongxin.opendata.removals import Cursor
from gongxin.push.actions import Wanted, approve, propose
from gongxin.push.models import Delivery
from gongxin.site import settings as site
from tests.api.conftest import token_of
from tests.derive import town as t
from tests.desk.office import PASSWORD, SECRET, code
from tests.fixtures.crowd import crowd

OURS, THEIRS = t.TRANSPORT, t.MARKET  # theirs are the town's records, also the hidden ones
ELSEWHERE = t.code(900, "11", "211200")  # a unit of another city
SETUP = By("operator:示例", t.RECEIVED)
DAY = t.TODAY
SECRET_CASE = "别的单位的案号-7731"
NOBODY, WITHOUT_ROLE = "anybody", "staff"
THEIR_CODES = (t.FINED[0], t.LISTED[0], t.QUIET[0])
THEIR_SYSTEM, THEIR_MESSAGE = "client:theirs", "msg_theirs"
PLACE = "1.2026-06-01."  # in the removals
ADAPTER = "government-services"
SECRETS = {"grant_type": "client_credentials"}  # of the client registered last
STALE = ("staff:reporter", "staff:system-admin", "staff:security-admin")
STANDS_IN = frozenset(Role) - ADMINISTRATORS - {Role.SUBJECT}


@dataclass(frozen=True)
class Caller:
    """Somebody who calls: a browser with or without a session, and a system's token."""

    name: str
    browser: Browser
    role: Role | None = None
    token: str = ""
    login: str = ""


@dataclass(frozen=True)
class World:
    """The platform with all who call, and what is whose."""

    town: t.Town
    callers: dict[str, Caller]
    stale: dict[str, Caller]  # whose second factor was shown at the login alone
    own_check: str
    foreign_check: str
    batches: dict[str, str]  # both are done
    webhooks: dict[str, str]  # of each client, and of another unit's
    snapshot: str
    stand_ins: dict[str, int]
    link: tuple[str, str]
    applications: dict[str, int]  # of this region and another, that wait and that are granted
    letter: tuple[str, str]  # number and secret
    messages: dict[str, int]  # of this unit to all, of another to itself
    complaints: dict[str, str]  # numbers by category
    records: tuple[str, str]  # one that is shown, one that is hidden


def names() -> list[str]:
    """Everybody by name, as the tests are named."""
    people = [f"staff:{role}" for role in Role]
    return [NOBODY, WITHOUT_ROLE, *people, *(f"client:{role}" for role in sorted(FOR_SYSTEMS))]


@pytest.fixture(scope="module")
def world(settled: t.Town, django_db_blocker) -> Iterator[World]:
    """Everybody at the settled town, undone at the module's end."""
    given = {
        "GONGXIN": replace(site.GONGXIN, home=settled.home),
        "DESK_NOW": t.RECEIVED,
        "PORTAL_TODAY": t.TODAY,
        "ALLOWED_HOSTS": ["testserver"],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "API_LIMITS": {
            "anonymous": {"second": 100_000, "minute": 100_000, "day": 1_000_000},
            "client": {"second": 100_000, "minute": 100_000},
        },
    }
    with django_db_blocker.unblock(), override_settings(**given), transaction.atomic():
        made = _settle(settled)
        _serve()
        yield made
        transaction.set_rollback(True)
        cache.clear()


def _settle(town: t.Town) -> World:
    for login in ("colleague", "deputy"):
        _person(login, None, OURS)
    _person("stranger", Role.REPORTER, THEIRS)
    _person("strangers-deputy", None, THEIRS)
    _person("left", None, OURS)
    actions.disable_staff("left", by=SETUP)
    agents.add_agent(Person("an-agent", "示例经办人", "A-0", t.QUIET[0]), by=SETUP)
    actions.add_staff(Person("newcomer", "示例新来的", "N-newcomer", OURS), by=SETUP)
    Unit.objects.create(uscc=ELSEWHERE, name="别市示例局", name_key="别市示例局", region="211200")
    stand_ins = {"stranger": _stands_in("stranger", "strangers-deputy")}
    for name in names():
        if name.startswith("staff"):
            role = name.partition(":")[2]
            _person(login_of(name), Role(role) if role else None, OURS)
            if role in STANDS_IN:
                stand_ins[name] = _stands_in(login_of(name), "colleague")
    callers = {name: _caller(name) for name in names()}
    letter = _letter(town, "leak")
    own_check, foreign_check = (
        _check(town, OURS, "本单位的案号-1"),
        _check(town, THEIRS, SECRET_CASE),
    )
    _of_theirs(town, foreign_check)
    exchange.propose(ADAPTER, by=SETUP, release=town.release)
    exchange.approve(ADAPTER, by=By("operator:another", SETUP.at), release=town.release)
    crowd(ranges.LEAST)  # else no range hides anybody
    return World(
        town=town,
        callers=callers,
        stale={name: replace(_caller(name), browser=_logged_in(login_of(name))) for name in STALE},
        own_check=own_check,
        foreign_check=foreign_check,
        batches={
            "own": _batch(town, OURS, "本单位的案号-2", t.FINED[:1]),
            "foreign": _batch(town, THEIRS, SECRET_CASE, THEIR_CODES),
        },
        webhooks=_webhooks(),
        snapshot=publish(as_of=DAY, home=town.home, release=town.release, by=SETUP).id,
        stand_ins=stand_ins,
        link=link("newcomer"),
        applications={
            f"{whose}{state}": _application(unit, granted=bool(state))
            for whose, unit in (("own", OURS), ("foreign", ELSEWHERE))
            for state in ("", " granted")
        },
        letter=(letter.number, letter.secret),
        messages={
            "own": _message(Actor("staff:x", OURS, region="211100"), ""),
            "foreign": _message(Actor("staff:y", THEIRS, region="211100"), THEIRS),
        },
        complaints={name: _letter(town, name).number for name in ("conduct", "suggestion")},
        records=(
            Current.objects.get(subject=t.FINED[0], item=t.PENALTY).record_id,
            Current.objects.filter(subject=t.HIDDEN[0]).exclude(hidden="")[0].record_id,
        ),
    )


def _message(writer: Actor, to_unit: str) -> int:
    draft = boards.Draft(boards.Board.TASK, "核对报送", "请核对。", to_unit, "", DAY)
    return boards.write_message(draft, actor=writer, by=SETUP)


def _letter(town: t.Town, category: str) -> feedback.Filed:
    """Without words that tell one from another: they are sealed anyway."""
    return feedback.file(
        Category(category),
        "示例来信",
        terms=Feedback(answer_working_days=15, keep_days=365, most_a_day=500),
        calendar=town.release.calendar,
        by=By("anybody", t.RECEIVED),
    )


def _application(unit: str, *, granted: bool) -> int:
    wanted = special.Wanted(
        unit=unit,
        items=(t.PENALTY,),
        subjects=(t.FINED[0],),
        form="",
        purpose="admission",
        matter="bidding",
        basis="《示例条例》第三条",
        term=Term(DAY, DAY + timedelta(days=30)),
    )
    number = special.apply(wanted, known={t.PENALTY}, by=SETUP)
    if granted:
        special.decide(number, "依法核查需要", granted=True, by=By("staff:示例", t.RECEIVED))
    return number


def _serve() -> None:
    """Be the role that pages and API are served as, for what is left of the transaction."""
    assert rights.apply()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {WEB_ROLE}")
        for name, value in (("acting", "web"), ("unit", "")):
            cursor.execute("SELECT set_config(%s, %s, true)", [f"gongxin.{name}", value])


def login_of(name: str) -> str:
    """The login name of somebody who works here."""
    return name.partition(":")[2] or "roleless"


def _caller(name: str) -> Caller:
    kind, _, role = name.partition(":")
    browser = Browser(raise_request_exception=False)
    if kind == "client":
        new = NewClient(name=f"示例系统{role}", unit=OURS, roles=(role,))
        made = add_client(new, by=SETUP)
        SECRETS.update(client_id=made.client_id, client_secret=made.secret)
        return Caller(name, browser, Role(role), token=token_of(browser, made))
    if kind == "staff":
        browser = _logged_in(login_of(name), fresh=True)
        return Caller(name, browser, Role(role) if role else None, login=login_of(name))
    return Caller(name, browser)


def _person(login: str, role: Role | None, unit: str) -> None:
    staff = actions.add_staff(Person(login, f"示例{login}", f"N-{login}", unit), by=SETUP)
    logins.set_password(staff, PASSWORD, at=t.RECEIVED)
    if role is Role.SUBJECT:
        term = Term(DAY, DAY + timedelta(days=30))
        agents.appoint(agents.Mandate(login, "授权委托书〔2026〕1号", term), by=SETUP)
    elif role is not None:
        actions.grant_role(login, role, unit, Term(DAY), by=SETUP)
    secret = FactorAdapter().encrypt(SECRET)
    Authenticator.objects.create(user=staff, type="totp", data={"secret": secret})


def _stands_in(login: str, taker: str) -> int:
    held = Assignment.objects.get(staff__login=login)
    until = DAY + timedelta(days=30)
    return actions.delegate(held.pk, taker, Term(DAY, until), by=SETUP).pk


def key(login: str) -> int:
    """Give somebody a key, of which the pages need no more than its name."""
    staff = Staff.objects.get(login=login)
    return Authenticator.objects.create(user=staff, type="webauthn", data={"name": "key"}).pk


def _question(unit: str, case_no: str) -> Question:
    return Question(
        t.LISTED[0], "procurement", "admission", t.TODAY, t.RECEIVED, "client:x", case_no, unit
    )


def _check(town: t.Town, unit: str, case_no: str) -> str:
    return check(_question(unit, case_no), town.release).check_no


def _batch(town: t.Town, unit: str, case_no: str, codes: tuple[str, ...]) -> str:
    number = batches.open_batch(codes, _question(unit, case_no), town.release)
    for _ in batches.work(number, home=town.home, release=town.release):
        continue
    return number


def _of_theirs(town: t.Town, check_no: str) -> None:
    """What the other unit's system did: an outcome with its notice, a case, a receipt."""
    by = By(THEIR_SYSTEM, t.RECEIVED)
    refused = Report(check_no, Outcome.REFUSED, "procurement-serious")
    report(refused, unit=THEIRS, by=by, release=town.release)
    Case.objects.create(
        unit=THEIRS,
        matter="procurement",
        case_no=SECRET_CASE,
        subject=t.LISTED[0],
        handled_on=DAY,
    )
    acknowledge("theirs", THEIRS, Cursor.read(PLACE), by=by)


def _webhooks() -> dict[str, str]:
    """A subscription of each system with a message that was sent, by whose it is."""
    systems = {f"client:{client.roles[0]}": client.client_id for client in Client.objects.all()}
    found = {name: _webhook(client, OURS, f"msg_{client}") for name, client in systems.items()}
    return found | {"foreign": _webhook("theirs", THEIRS, THEIR_MESSAGE)}


def _webhook(client: str, unit: str, message: str) -> str:
    wanted = Wanted(client, unit, "https://receiver.example.cn/")
    number = propose(wanted, by=By(f"client:{client}", t.RECEIVED), allowed=Allowed())
    approve(number, by=SETUP, allowed=Allowed())
    Delivery.objects.create(
        id=message,
        subscription_id=number,
        since=0,
        upto=1,
        made_at=t.RECEIVED,
        next_at=t.RECEIVED,
        state="delivered",
    )
    return number


def _logged_in(login: str, *, fresh: bool = False) -> Browser:
    browser = Browser(raise_request_exception=False)
    browser.post("/desk/login", {"login": login, "password": PASSWORD})
    browser.post("/desk/login/code", {"code": code()})
    if fresh:
        browser.post("/desk/factors/fresh", {"code": code()})
    return browser


def link(login: str) -> tuple[str, str]:
    """The one-time link of an account."""
    return links.parts(Staff.objects.get(login=login))
