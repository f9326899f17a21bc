"""A gateway of another platform: a real TLS server that answers as a test wants."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from ssl import SSLContext
from typing import Any

from tests.push.receiver import HOST, _Server

Behaviour = Callable[["Gateway", BaseHTTPRequestHandler, dict[str, Any]], None]


def answer(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in ({"Content-Length": str(len(body))} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def takes(gateway: "Gateway", handler: BaseHTTPRequestHandler, told: dict[str, Any]) -> None:
    """Keep the message and say so, as the demo's gateways do."""
    number = told.get("msg_id", "")
    gateway.effects.setdefault(number or told.get("msgId", ""), told)
    good = {"code": "0", "status": "ok", "msg_id": number}
    answer(handler, 200, json.dumps(good).encode())


@dataclass
class Gateway:
    """What came in; ``effects`` holds each message once, as an honest receiver keeps it."""

    port: int = 0
    came: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    effects: dict[str, dict[str, Any]] = field(default_factory=dict)
    behaves: Behaviour = takes

    @property
    def address(self) -> str:
        return f"https://{HOST}:{self.port}/gateway"

    @property
    def copies(self) -> set[str]:
        """The records that the receiver has after it did what it was told, in order."""
        found: set[str] = set()
        for message in self.effects.values():
            for row in message["data"]:
                (found.add if row["op"] == "I" else found.discard)(row["record_no"])
        return found


@contextmanager
def listening(context: SSLContext) -> Iterator[Gateway]:
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            gateway.bodies.append(body)
            gateway.headers.append({k.lower(): v for k, v in self.headers.items()})
            told = json.loads(body)
            gateway.came.append(told)
            gateway.behaves(gateway, self, told)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    gateway.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
