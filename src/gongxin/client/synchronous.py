"""The client of programs that wait (同步客户端)."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self, TypeVar

import httpx

from gongxin.client import transport
from gongxin.client.answers import Catalog, ChangesPage, Outcome, Record, Subject
from gongxin.client.asking import PrivateReply, Question, Reply
from gongxin.client.calling import Flow, Got, Lost, Pause, Send
from gongxin.client.evaluations import Evaluation
from gongxin.client.flows import Flows, Progress, outcome
from gongxin.client.settings import Credentials, Manner

Result = TypeVar("Result")


class Client:
    """Speaks with one platform; may be shared by threads, and is closed when it is done with."""

    def __init__(
        self, url: str, who: Credentials | None = None, manner: Manner | None = None
    ) -> None:
        """Make a client of the platform at an address; without credentials it reads alone.

        Raises:
            ClientFault: the address or a key is none.
        """
        manner = manner or Manner()
        self._flows = Flows(url, who, manner)
        self._http = httpx.Client(**transport.options(manner))

    def check(self, uscc: str, question: Question, *, key: str = "") -> Reply:
        """Ask about one organisation; whatever is wrong with the platform is ``unknown``.

        ``key`` (letters, digits, ``._-``) makes the same check of what is asked again later.

        Raises:
            Refused: the client may not ask this, or asks it wrongly.
        """
        return self._drive(self._flows.check(uscc, question, key))

    def check_batch(
        self,
        organisations: Sequence[str],
        question: Question,
        *,
        key: str = "",
        progress: Progress | None = None,
    ) -> list[Reply]:
        """Ask about any number, in their order; ``progress`` is told how many of how many.

        Raises:
            Refused: as ``check``.
        """
        flow = self._flows.check_batch(organisations, question, key=key, progress=progress)
        return self._drive(flow)

    def check_private(self, organisations: Sequence[str], question: Question) -> list[PrivateReply]:
        """Look at organisations without telling the platform which, in their order.

        Each bucket is fetched once; a bucket is some thousand organisations and counts as one.

        Raises:
            Refused: as ``check``.
        """
        return self._drive(self._flows.check_private(organisations, question))

    def report_outcome(
        self,
        check_no: str,
        said: str,
        *,
        measure: str = "",
        not_for_credit: bool = False,
        reason: str = "",
    ) -> Outcome:
        """Report an outcome: priority, normal, strict, refused or watched; again is the same.

        Raises:
            Refused: a worse outcome without a measure of that very answer, or without words why it
                is not for credit reasons.
            Unavailable: no answer; report it again later.
        """
        body = outcome(said, measure, reason, not_for_credit=not_for_credit)
        return self._drive(self._flows.report_outcome(check_no, body))

    def changes(self, since: str = "0") -> Iterator[ChangesPage]:
        """Read the feed to its end; go on another time with the last page's ``next``.

        Raises:
            Unavailable: no answer; what came before it stays good.
        """
        more = True
        while more:
            page = self._drive(self._flows.changes(since))
            yield page
            since, more = page.next, page.more

    def subject(self, uscc: str) -> Subject | None:
        """Read the public archive of an organisation, None if there is nothing to be shown.

        Raises:
            Unavailable: no answer.
        """
        return self._drive(self._flows.subject(uscc))

    def evaluation(self, uscc: str, *, purpose: str) -> Evaluation | None:
        """Read an organisation's published grade with its reasons, None if it has none.

        A grade alone is no basis for refusing anybody: read its ``notice`` and ``factors``.

        Raises:
            Refused: the client may not ask, or for no purpose of the catalog.
            Unavailable: no answer.
        """
        return self._drive(self._flows.evaluation(uscc, purpose))

    def records(self, uscc: str, *, item: str = "") -> Iterator[Record]:
        """Read an organisation's public records, the youngest decision first.

        Raises:
            Unavailable: no answer.
        """
        cursor: str | None = ""
        while cursor is not None:
            page = self._drive(self._flows.records(uscc, item, cursor))
            if page is None:
                return
            yield from page.items
            cursor = page.next

    def catalog(self) -> Catalog:
        """Read the whole catalog.

        Raises:
            Unavailable: no answer.
        """
        found = self._drive(self._flows.catalog(""))
        while found.next is not None:
            page = self._drive(self._flows.catalog(found.next))
            found = replace(page, items=(*found.items, *page.items))
        return found

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _drive(self, flow: Flow[Result]) -> Result:
        try:
            step = next(flow)
            while True:
                step = flow.send(self._do(step))
        except StopIteration as end:
            result: Result = end.value
            return result

    def _do(self, step: Send | Pause) -> Got | Lost | None:
        if isinstance(step, Pause):
            time.sleep(step.seconds)
            return None
        reading = transport.Reading(step)
        try:
            with self._http.stream(
                step.method,
                step.url,
                headers=dict(step.headers),
                content=step.body,
                timeout=transport.timeout(step),
            ) as answer:
                for part in answer.iter_bytes():
                    reading.take(part)
        except (httpx.HTTPError, transport.Enough) as error:
            return Lost(transport.reason(error))
        return Got(answer.status_code, answer.headers, reading.whole())
