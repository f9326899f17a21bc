"""A platform on which everything can go wrong: it says byte for byte what it is told to."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HANG, DRIP = b"<hang>", b"<drip>"
TOKEN = {"access_token": "t0", "token_type": "Bearer", "expires_in": 900, "scope": "check"}


def reply(status: int, body: Any, media: str = "application/json", **headers: str) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"Content-Type": media, "Content-Length": str(len(content)), "Connection": "close"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status} So\r\n{head}\r\n".encode() + content


def problem(name: str, status: int, **headers: str) -> bytes:
    body = {
        "type": f"/api/v1/problems/{name}",
        "title": name,
        "status": status,
        "detail": "as told",
        "errors": [],
        "trace_id": "0" * 32,
    }
    return reply(status, body, "application/problem+json", **headers)


@dataclass
class Asked:
    """A request that came."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Faulty:
    """Answers checks as it is told, one after the other, the last for ever; tokens always."""

    listener: socket.socket
    answers: list[bytes] = field(default_factory=list)
    token: bytes = field(default_factory=lambda: reply(200, TOKEN))
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    tls: ssl.SSLContext | None = None

    @classmethod
    @contextmanager
    def started(cls) -> Iterator["Faulty"]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = cls(listener)
            thread = threading.Thread(target=server._serve, daemon=True)
            thread.start()
            yield server
            server.over.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)

    @property
    def url(self) -> str:
        scheme = "http" if self.tls is None else "https"
        return f"{scheme}://127.0.0.1:{self.listener.getsockname()[1]}"

    @property
    def checks(self) -> list[Asked]:
        """The requests that asked for no token."""
        return [asked for asked in self.asked if "/token" not in asked.line]

    def _serve(self) -> None:
        with suppress(OSError):
            while not self.over.is_set():
                taken, _ = self.listener.accept()
                threading.Thread(target=self._answer, args=(taken,), daemon=True).start()

    def _answer(self, taken: socket.socket) -> None:
        with suppress(OSError), taken:
            taken.settimeout(10)
            if self.tls is not None:
                taken = self.tls.wrap_socket(taken, server_side=True)
            asked = _read(taken)
            if asked.line:  # who connects and says nothing has not asked
                self._say(taken, self._next(asked))
            taken.close()

    def _next(self, asked: Asked) -> bytes:
        self.asked.append(asked)
        if "/token" in asked.line:
            return self.token
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def _say(self, taken: socket.socket, answer: bytes) -> None:
        if answer == HANG:
            self.over.wait(10)
        elif answer == DRIP:
            taken.sendall(b"HTTP/1.1 200 So\r\nContent-Length: 100000\r\n\r\n")
            while not self.over.wait(0.05):
                taken.sendall(b" ")
        else:
            taken.sendall(answer)


def _read(taken: socket.socket) -> Asked:
    with taken.makefile("rb") as stream:
        line = stream.readline().decode().strip()
        headers = {}
        while (one := stream.readline().decode().strip()) != "":
            name, _, value = one.partition(":")
            headers[name.strip().lower()] = value.strip()
        return Asked(line, headers, stream.read(int(headers.get("content-length", "0"))))


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for, for this machine's address."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    at = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=36_500))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    text = made.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file = folder / "certificate.pem"
    file.write_bytes(text)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
