"""Places of the parts of the site: one asker gets half, one part leaves the others theirs."""

import json
from threading import Event, Thread

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from gongxin.cluster.server import SETTINGS
from gongxin.site import parts
from gongxin.site.parts import API, DESK, PARTS, PUBLIC
from gongxin.site.places import Hall, Places, asker_of, part_of

ask = RequestFactory()


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/", PUBLIC),
        ("/organisations/91210000000000001A", PUBLIC),
        ("/en/", PUBLIC),
        ("/desk", PUBLIC),
        ("/desk/", DESK),
        ("/en/desk/login", DESK),
        ("/desks/", PUBLIC),
        ("/static/site.css", PUBLIC),
        ("/api/v1/checks", API),
        ("/en/api/", API),
        ("/api", PUBLIC),
    ],
)
def test_an_address_belongs_to_one_part(path, part):
    assert part_of(path) is part


def test_connections_suffice_for_all_who_work():
    assert int(SETTINGS["max_connections"]) > parts.CONNECTIONS * 14
    assert parts.CONNECTIONS == 4 + 4 + 4 + 1
    assert parts.THREADS == (4 + 28) + (4 + 12) + (4 + 28) + 4


def test_an_asker_has_half_of_a_part_and_leaves_the_rest():
    hall, over = Hall(DESK), Event()  # 4 work, 12 wait: 8 each, 2 of them at work
    served: list[str] = []

    def visit(asker):
        assert hall.enter(asker, wait=30)
        over.wait(30)
        served.append(asker)
        hall.leave(asker)

    def come(asker, many):
        visits = [Thread(target=visit, args=(asker,)) for _ in range(many)]
        for one in visits:
            one.start()
        while hall.inside[asker] < many:
            pass
        return visits

    visits = come("greedy", 8)
    refused = not hall.enter("greedy", wait=30)
    visits += come("polite", 1)
    while hall.at_work["polite"] < 1:
        pass
    at_work = dict(hall.at_work)
    over.set()
    for one in visits:
        one.join(10)

    assert refused
    assert at_work == {"greedy": 2, "polite": 1}
    assert sorted(served) == ["greedy"] * 8 + ["polite"]
    assert hall.inside == hall.at_work == {}


def test_a_place_goes_to_the_first_who_may_have_it():
    hall, came = Hall(DESK), []  # 4 work, 2 of one asker
    for asker in ("one", "one", "two", "three"):
        assert hall.enter(asker, wait=0)

    def wait_for(asker):
        assert hall.enter(asker, wait=30)
        came.append(asker)

    waiting = []
    for number, asker in enumerate(["one", "four", "two"], 1):
        waiting.append(Thread(target=wait_for, args=(asker,)))
        waiting[-1].start()
        while len(hall.queue) < number:
            pass
    hall.leave("three")  # the first has his half: the second may
    waiting[1].join(10)
    after_three = list(came)
    hall.leave("one")
    waiting[0].join(10)
    hall.leave("four")
    waiting[2].join(10)

    assert after_three == ["four"]
    assert came == ["four", "one", "two"]
    assert hall.at_work == hall.inside == {"one": 2, "two": 2}
    assert hall.queue == []


def test_a_full_part_takes_nobody_however_modest():
    hall = Hall(DESK)
    hall.inside.update({"one": 8, "other": 8})

    assert not hall.enter("third", wait=0)
    assert hall.inside == {"one": 8, "other": 8}


def test_who_waited_in_vain_is_forgotten():
    hall = Hall(DESK)
    for asker in ("one", "one", "two", "two"):
        assert hall.enter(asker, wait=0)

    assert not hall.enter("three", wait=0)

    assert hall.inside == hall.at_work == {"one": 2, "two": 2}


@pytest.fixture
def blocked():
    """The middleware while somebody holds the answers of the public part back."""
    going = Event()

    def answer(request):
        if request.path == "/held":
            going.wait(30)
        return HttpResponse(request.path)

    site = Places(answer)
    many = PUBLIC.working
    askers = [f"192.0.2.{n}" for n in range(many)]
    held = [Thread(target=site, args=(ask.get("/held", REMOTE_ADDR=one),)) for one in askers]
    for one in held:
        one.start()
    while site.halls[PUBLIC].at_work.total() < many:
        pass
    yield site
    going.set()
    for one in held:
        one.join(10)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(Hall.enter, "__kwdefaults__", {"wait": 0})


@pytest.mark.usefixtures("impatient")
def test_a_full_part_turns_away_and_says_when_to_come_again(blocked):
    page = blocked(ask.get("/"))

    assert (page.status_code, page.headers["Retry-After"]) == (503, "2")
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("impatient")
def test_other_parts_and_probes_answer_while_one_is_full(blocked):
    for path in ("/desk/", "/api/v1/catalog", "/healthz", "/readyz", "/metrics"):
        assert blocked(ask.get(path)).content.decode() == path


@pytest.mark.usefixtures("impatient")
def test_the_api_says_so_as_a_problem():
    site = Places(HttpResponse)
    site.halls[API].inside.update({"a": 16, "b": 16})

    answer = site(ask.get("/api/v1/catalog"))

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["type"].endswith("/unavailable")


@pytest.mark.django_db  # Django ends a request by looking at its connections
def test_a_place_is_held_until_the_last_piece_is_out():
    site = Places(lambda _: StreamingHttpResponse(iter([b"a", b"b"])))
    inside = site.halls[PUBLIC].inside

    answer = site(ask.get("/file"))

    assert inside.total() == 1
    assert b"".join(answer.streaming_content) == b"ab"
    answer.close()
    assert inside.total() == 0


def test_a_failure_gives_the_place_back():
    def fail(_request):
        return 1 / 0

    site = Places(fail)

    with pytest.raises(ZeroDivisionError):
        site(ask.get("/"))

    assert site.halls[PUBLIC].inside == site.halls[PUBLIC].at_work == {}


def test_callers_of_the_api_are_told_apart_by_their_token():
    def bearer(text, path="/api/v1/checks"):
        return asker_of(ask.post(path, headers={"Authorization": text}))

    assert bearer("Bearer a") != bearer("Bearer b")
    assert bearer("Bearer a") == bearer("Bearer a")
    assert bearer("Bearer a", "/") == bearer("Bearer b", "/")  # pages know no token
    assert "Bearer" not in bearer("Bearer a")


def test_each_part_has_work_for_two_askers():
    assert all(part.working // 2 >= 1 for part in PARTS)
