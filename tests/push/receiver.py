"""A receiver of pushes: a real TLS server with a certificate of a CA of its own."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "receiver.example.cn"
LONG_AGO, FAR = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True)
class Authority:
    """A certificate authority of this test run alone."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def found(cls, folder: Path) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("示例根证书")
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(LONG_AGO)
            .not_valid_after(FAR)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        return cls(folder, key, made)

    @property
    def trust(self) -> ssl.SSLContext:
        pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()
        return ssl.create_default_context(cadata=pem)

    def server(self, host: str, until: datetime = FAR) -> ssl.SSLContext:
        """A context that proves a name until a day."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = (
            x509.CertificateBuilder()
            .subject_name(_name(host))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(LONG_AGO)
            .not_valid_after(until)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        path = self.folder / f"{host}-{made.serial_number}.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


@dataclass
class Receiver:
    """What came in, and what an honest receiver made of it: each ``webhook-id`` once.

    ``behaves`` gets the number of the request and answers with a status, or sends its own bytes
    and returns 0.
    """

    port: int
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    effects: dict[str, bytes] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    behaves: Callable[["Receiver", BaseHTTPRequestHandler, int], int] = lambda *_: 204

    @property
    def address(self) -> str:
        return f"https://{HOST}:{self.port}/hooks/gongxin"

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.paths.append(handler.path)
        self.came.append((headers, body))
        number = len(self.came)
        status = self.behaves(self, handler, number)
        if 200 <= status < 300 or status == 500:  # a 500 comes after the effect was stored
            self.effects.setdefault(headers["webhook-id"], body)
        if status:
            handler.send_response(status)
            handler.send_header("Set-Cookie", "session=1")
            handler.send_header("Location", "https://169.254.169.254/latest/meta-data/")
            handler.end_headers()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """A sender that hangs up is no fault."""


@contextmanager
def serving(context: ssl.SSLContext | None) -> Iterator[Receiver]:
    """A receiver that listens on this machine until the end."""
    receiver = Receiver(0)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.take(self)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def drips(_: Receiver, handler: BaseHTTPRequestHandler, __: int) -> int:
    """A head that never ends, a byte at a time."""
    for _ in range(200):
        handler.wfile.write(b"H")
        handler.wfile.flush()
        time.sleep(0.02)
    return 0


def floods(_: Receiver, handler: BaseHTTPRequestHandler, __: int) -> int:
    """A head of more bytes than anybody reads."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 5_000_000)
    return 0


def endless_body(_: Receiver, handler: BaseHTTPRequestHandler, __: int) -> int:
    """A good head, and a body without end behind it."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    for _ in range(2_000):
        handler.wfile.write(b"a" * 65_536)
    return 0


def babbles(_: Receiver, handler: BaseHTTPRequestHandler, __: int) -> int:
    """What is no HTTP."""
    handler.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n")
    return 0
