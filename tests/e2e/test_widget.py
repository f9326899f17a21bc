"""The widget inside an approval system of another origin, under a policy that allows nothing else.

The approval system's backend asks the platform with the SDK; the browser gets the answer alone.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from gongxin.client import Client, Question
from tests.client.conftest import Served, served
from tests.derive import town as t

__all__ = ["served"]

pytestmark = [pytest.mark.e2e, pytest.mark.django_db]
PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>审批系统</title>
<meta name="viewport" content="width=device-width"><main><h1>办件 2026-0417</h1>
<gongxin-check {attributes}><a href="/print">核查结果</a></gongxin-check></main>
<script src="{script}" defer></script></html>"""
QUESTION = Question("procurement", "admission", "2026-0417")
WIDTHS = {"desk": (1280, 900), "phone": (360, 780)}


@dataclass
class Approval:
    """An approval system: its page, and what its backend says of a case."""

    script: str
    attributes: str = 'src="/check"'
    status: int = 200
    answer: Any = None
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def handler(self) -> type[BaseHTTPRequestHandler]:
        system = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                system.asked.append(self.path)
                page = self.path == "/"
                text = PAGE.format(attributes=system.attributes, script=system.script)
                body = text if page else json.dumps(system.answer, default=str)
                self.send_response(200 if page else system.status)
                kind = "text/html" if page else "application/json"
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                origin = system.script.partition("/static")[0]
                policy = f"default-src 'none'; script-src {origin}; connect-src 'self'"
                self.send_header("Content-Security-Policy", policy)
                self.send_header("X-Content-Type-Options", "nosniff")
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        return Handler


@contextmanager
def running(system: Approval) -> Iterator[Approval]:
    with ThreadingHTTPServer(("127.0.0.1", 0), system.handler()) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        system.url = f"http://127.0.0.1:{server.server_address[1]}/"
        yield system
        server.shutdown()
        thread.join(10)


@pytest.fixture
def approval(served: Served) -> Iterator[Approval]:
    with running(Approval(f"{served.url}/static/api/gongxin-check.js")) as system:
        yield system


@pytest.fixture
def answer(served: Served) -> dict[str, Any]:
    """What the backend hands to its page."""
    with Client(served.url, served.who) as client:
        reply = client.check(t.LISTED[0], QUESTION)
    assert reply.answer is not None
    return asdict(reply.answer)


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, height = WIDTHS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height})
    opened = context.new_page()
    yield opened
    context.close()


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the page complained of: a breach of the policy is among it."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def requested(page: Page) -> list[str]:
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url))
    return found


def shown(page: Page, approval: Approval) -> Callable[[str], Any]:
    page.goto(approval.url)
    region = page.get_by_role("region")
    expect(region.get_by_role("heading", level=2)).to_be_visible()
    return region.get_by_text


def test_it_shows_facts_measures_and_that_a_person_decides(page, approval, answer, tmp_path):
    approval.answer = answer

    text = shown(page, approval)

    for told in (t.LISTED[1], "在列名单 (1)", "法律对本事项规定的措施", "由经办人依法决定"):
        expect(text(told).first).to_be_visible()
    expect(text(answer["check_no"])).to_be_visible()
    expect(page.get_by_role("region", name="信用核查结果")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.screenshot(path=tmp_path / "widget.png", full_page=True)


def test_it_keeps_to_the_policy_and_asks_its_own_backend_alone(
    page, approval, answer, complaints, requested
):
    approval.answer = answer

    shown(page, approval)

    assert complaints == []
    assert set(requested) == {approval.url, f"{approval.url}check", approval.script}


def test_it_speaks_english(page, approval, answer):
    approval.attributes, approval.answer = 'src="/check" lang="en"', answer

    text = shown(page, approval)

    expect(text("List entries in force (1)")).to_be_visible()
    expect(text("a named person decides")).to_be_visible()


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, {"status": "unknown", "why": "outage"}),
        (500, {"status": "facts"}),
        (200, {"status": "facts"}),
        (200, {"status": "bad"}),
        (200, []),
        (200, None),
    ],
)
def test_whatever_is_no_answer_is_unknown_and_not_bad(page, approval, status, answer):
    approval.status, approval.answer = status, answer

    text = shown(page, approval)

    expect(text("未知不是不良")).to_be_visible()


def test_half_a_fact_is_no_answer(page, approval, answer):
    approval.answer = answer | {"facts": [None]}

    text = shown(page, approval)

    expect(text("未知不是不良")).to_be_visible()
    expect(text(t.LISTED[1])).to_have_count(0)


def test_who_is_not_checked_has_nothing_against_him(page, approval):
    approval.answer = {"status": "refused", "why": "check-one-person"}

    text = shown(page, approval)

    expect(text("不得据此作出不利处理")).to_be_visible()


def test_texts_are_texts(page, approval, answer, complaints):
    hostile = "<img src=x onerror=alert(1)><script>document.title='x'</script>"
    fact = answer["list_entries"][0] | {"name": hostile, "document_no": hostile}
    approval.answer = answer | {"name": hostile, "list_entries": [fact], "objections": [hostile]}

    text = shown(page, approval)

    expect(text(hostile).first).to_be_visible()
    assert page.title() == "审批系统"
    assert complaints == []


def test_an_answer_may_be_handed_over_and_counts_at_once(page, approval, answer):
    approval.attributes = ""
    page.goto(approval.url)

    page.evaluate(
        "told => { document.querySelector('gongxin-check').answer = told }",
        json.loads(json.dumps(answer, default=str)),
    )

    expect(page.get_by_role("region").get_by_text(t.LISTED[1])).to_be_visible()
    assert "/check" not in approval.asked


def test_without_script_the_embedding_page_shows_what_stands_inside(browser, approval):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(approval.url)

    expect(page.get_by_role("link", name="核查结果")).to_be_visible()
    context.close()
