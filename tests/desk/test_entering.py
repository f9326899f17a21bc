"""Nobody enters as another person: the link is one administrator's, its code another's (三员)."""

import pytest
from django.db import IntegrityError
from django.test import Client

from gongxin.accounts import actions, entering
from gongxin.accounts.actions import Person
from gongxin.accounts.models import FirstEntry, Staff
from gongxin.accounts.policy import Role
from gongxin.audit.models import Row
from gongxin.core.audit import By
from tests.desk.office import NOW, fresh, person, text
from tests.fixtures.platform import MARKET

pytestmark = pytest.mark.usefixtures("at_the_desk")
NEW = {"login": "new", "name": "示例新人", "staff_no": "77", "unit": MARKET}
WORDS = {"password": "一百零九将-梁山-2027", "again": "一百零九将-梁山-2027"}


@pytest.fixture
def link() -> str:
    """The link that the system administrator sees of an account that he made."""
    person("admin", Role.SYSTEM_ADMIN)
    person("sun", Role.SECURITY_ADMIN)
    made = fresh("admin").post("/desk/accounts/add", NEW)
    return str(made.context["link"]).removeprefix("http://testserver")


def released() -> str:
    answer = fresh("sun").post("/desk/roles/release-link", {"login": "new"})
    return str(answer.context["code"])


def entered() -> bool:
    return Staff.objects.get(login="new").has_usable_password()


def test_the_link_alone_opens_nothing_and_looks_like_none(link):
    nothing = Client().get("/desk/start/x/y")

    for answer in (Client().get(link), Client().post(link, WORDS)):
        assert (answer.status_code, answer.content) == (404, nothing.content)
    assert not entered()


def test_released_it_sets_the_password_with_the_code_once(link):
    code = released()

    assert "安全管理员交给您的验证码" in text(Client().get(link))
    answer = Client().post(link, WORDS | {"code": f" {code.lower()}"})

    assert answer.headers["Location"] == "/desk/login"
    assert entered()
    assert Client().get(link).status_code == 404
    assert FirstEntry.objects.count() == 0
    told = Row.objects.filter(object="staff:new").order_by("id").values_list("actor", "action")
    assert list(told) == [
        ("staff:admin", "add-account"),
        ("staff:sun", "release-link"),
        ("staff:new", "set-password"),
    ]


def test_the_system_administrator_releases_nothing_and_sees_no_code(link):
    browser = fresh("admin")

    assert browser.post("/desk/roles/release-link", {"login": "new"}).status_code == 404
    assert not entering.is_released(Staff.objects.get(login="new"))
    assert released() not in text(browser.get("/desk/accounts"))


def test_the_security_administrator_never_sees_the_link(link):
    browser = fresh("sun")

    shown = [browser.get("/desk/roles"), browser.post("/desk/roles/release-link", {"login": "new"})]

    assert all("/desk/start/" not in text(answer) for answer in shown)


@pytest.mark.parametrize("typed", ["", "WRONG234", "１２３４"])
def test_without_the_code_nothing_is_set(link, typed):
    released()

    answer = Client().post(link, WORDS | {"code": typed})

    assert answer.status_code == (409 if typed else 200)
    assert not entered()


def test_after_five_wrong_codes_the_link_is_good_no_more_until_it_is_released_again(link):
    code = released()

    tried = [Client().post(link, WORDS | {"code": "WRONG234"}).status_code for _ in range(6)]

    assert tried == [409] * 5 + [404]
    assert Client().post(link, WORDS | {"code": code}).status_code == 404
    assert Client().post(link, WORDS | {"code": released()}).status_code == 302
    denied = Row.objects.filter(action="login", actor="nobody", object="staff:new")
    assert denied.count() == 5


def test_another_code_takes_the_place_of_the_one_before(link):
    first, second = released(), released()

    assert Client().post(link, WORDS | {"code": first}).status_code == 409
    assert Client().post(link, WORDS | {"code": second}).status_code == 302


def test_the_code_is_stored_nowhere(link):
    code = released()

    assert code not in str(FirstEntry.objects.values())
    assert FirstEntry.objects.get().code.startswith("hmac-sha256:")


def test_a_renewed_account_waits_likewise():
    person("admin", Role.SYSTEM_ADMIN)
    person("wang", Role.REPORTER)

    answer = fresh("admin").post("/desk/accounts/renew", {"login": "wang"})

    assert Client().get(answer.context["link"]).status_code == 404
    assert FirstEntry.objects.get().made_by == "staff:admin"


@pytest.mark.parametrize("actor", ["staff:admin", "staff:new"])
def test_who_made_the_link_or_enters_with_it_does_not_release_it(link, actor):
    with pytest.raises(entering.NotReleased):
        entering.release("new", by=By(actor, NOW))

    assert FirstEntry.objects.get().released_by == ""


def test_the_database_holds_two_people_whoever_writes(link):
    with pytest.raises(IntegrityError):
        FirstEntry.objects.update(released_by="staff:admin")


def test_a_closed_account_is_not_released(link):
    actions.disable_staff("new", by=By("staff:admin", NOW))

    with pytest.raises(entering.NotReleased):
        entering.release("new", by=By("staff:sun", NOW))


def test_at_the_command_line_the_link_needs_no_second_administrator():
    """Whoever has the machine has the database: there a second person would protect nothing."""
    staff = actions.add_staff(Person(**NEW), by=By("operator:示例", NOW))

    assert entering.is_released(staff)
    assert not entering.needs_code(staff)
