"""A browser, a served platform with a small world, and a record of everything that went wrong."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from gongxin.ledger.models import Current
from tests.portal.fixtures import adopt, firm, home, platform, release

__all__ = ["adopt", "firm", "home", "platform", "release"]

BROWSERS = ("chromium", "google-chrome")  # those that .ci/run takes as enough
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTHS = {"desk": (1440, 900), "phone": (390, 844)}


@dataclass
class Trouble:
    """What no page may do: complain, ask elsewhere, fail to load, be wider than the screen."""

    server: str
    console: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("request", self._on_request)
        page.on("requestfailed", self._on_failure)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:  # violations of the policy come as errors
            self.console.append(message.text)

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith(self.server):
            self.outside.append(request.url)

    def _on_failure(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the reader went on before it had come
            self.failed.append(f"{request.url} {request.failure}")

    def nothing_happened(self) -> bool:
        return not (self.console or self.outside or self.failed)


def browser_program() -> str:
    """Where a browser is on this machine."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail(f"no browser: install one of {', '.join(BROWSERS)}", pytrace=False)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = browser_program()
    # The browser's driver runs an event loop in this thread, in which Django refuses to query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def empty_ledger(transactional_db: None) -> Iterator[None]:
    """Leaves no records behind: tables made by SQL are not among those that Django empties."""
    yield
    Current.objects.all().delete()


@pytest.fixture
def trouble(live_server: Any) -> Trouble:
    return Trouble(live_server.url)


@pytest.fixture(params=WIDTHS)
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return WIDTHS[request.param]


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(
    request: pytest.FixtureRequest, browser: Browser, size: tuple[int, int], trouble: Trouble
) -> Iterator[Page]:
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=request.param
    )
    opened = context.new_page()
    trouble.watch(opened)
    yield opened
    context.close()


@pytest.fixture
def fits(size: tuple[int, int]) -> Callable[[Page], bool]:
    """Tells whether a page is no wider than the screen."""

    def check(page: Page) -> bool:
        widest: int = page.evaluate("document.documentElement.scrollWidth")
        return widest <= size[0]

    return check
