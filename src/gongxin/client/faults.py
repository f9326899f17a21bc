"""What goes wrong: the caller's mistakes are raised, an outage is told apart from them (错误)."""


class ClientFault(Exception):
    """Whatever this package raises by itself."""


class Refused(ClientFault):
    """The platform refused the request, and sending it again would not help.

    ``problem`` is the name of its page, such as ``not-allowed`` (docs/reference/problems.md).
    """

    def __init__(self, problem: str, status: int, detail: str, trace_id: str) -> None:
        super().__init__(f"{problem}: {detail} (trace {trace_id})")
        self.problem = problem
        self.status = status
        self.detail = detail
        self.trace_id = trace_id


class Unavailable(ClientFault):
    """The platform gave no answer that can be used; nothing is known, and nothing bad follows.

    A check does not raise it: its reply is ``unknown``. ``why`` is one of ``settings.Why``.
    """

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        super().__init__(f"no answer: {why}")
        self.why = why
        self.retry_after = retry_after


class BadWebhook(ClientFault):
    """A call that claims to be the platform's webhook and is not, or is too old."""
