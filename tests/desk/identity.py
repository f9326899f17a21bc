"""A small OpenID Connect provider: ``python -m tests.desk.identity`` prints its address.

It logs in whoever ``as`` names in the address of its login page, without a password. ``tamper``
makes it give a token that is not right: another issuer, audience, key, nonce or level, one that has
ended or lacks a claim, one that is signed by nobody or by a secret.
"""

import base64
import hashlib
import hmac
import html
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from jwcrypto import jwk, jwt

CLIENT, SECRET = "gongxin", "示例-client-secret"
KEY = jwk.JWK.generate(kty="RSA", size=2048, kid="one", use="sig", alg="RS256")
OTHER_KEY = jwk.JWK.generate(kty="RSA", size=2048, kid="one", use="sig", alg="RS256")
GIVEN: dict[str, dict[str, str]] = {}


class Provider(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, body: object, status: int = 200) -> None:
        written = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    def show_form(self, asked: dict[str, str]) -> None:
        """The login page of whoever comes with a browser and not yet as anybody."""
        kept = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in asked.items()
        )
        page = (
            '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>示例</title>'
            f'<link rel="icon" href="data:,"><form action="/authorize">{kept}'
            '<label>证件号码 <input name="as"></label><button>登录</button></form></html>'
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match parts.path:
            case "/.well-known/openid-configuration":
                self.answer(
                    {
                        "issuer": self.issuer,
                        "authorization_endpoint": f"{self.issuer}/authorize",
                        "token_endpoint": f"{self.issuer}/token",
                        "jwks_uri": f"{self.issuer}/keys",
                        "userinfo_endpoint": f"{self.issuer}/userinfo",
                        "token_endpoint_auth_methods_supported": ["client_secret_post"],
                    }
                )
            case "/keys":
                self.answer({"keys": [json.loads(KEY.export_public())]})
            case "/authorize" if "as" not in asked:
                self.show_form(asked)
            case "/authorize" if asked["client_id"] == CLIENT and asked["response_type"] == "code":
                code = secrets.token_urlsafe()
                GIVEN[code] = asked
                back = urlencode({"code": code, "state": asked["state"]})
                self.send_response(302)
                self.send_header("Location", f"{asked['redirect_uri']}?{back}")
                self.end_headers()
            case _:
                self.answer({"error": "invalid_request"}, 400)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        sent = {n: v[0] for n, v in parse_qs(self.rfile.read(length).decode()).items()}
        asked = GIVEN.pop(sent.get("code", ""), None)
        if asked is None or not self.is_ours(sent, asked):
            self.answer({"error": "invalid_grant"}, 400)
            return
        self.answer({"access_token": "示例", "token_type": "Bearer", "id_token": self.token(asked)})

    def is_ours(self, sent: dict[str, str], asked: dict[str, str]) -> bool:
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return (
            (sent["client_id"], sent["client_secret"]) == (CLIENT, SECRET)
            and sent["redirect_uri"] == asked["redirect_uri"]
            and challenge == asked["code_challenge"]
            and asked["code_challenge_method"] == "S256"
        )

    def token(self, asked: dict[str, str]) -> str:
        tamper, now = asked.get("tamper", ""), int(time.time())  # noqa: TID251 - a token lives
        claims: dict[str, object] = {
            "iss": "http://127.0.0.1:1" if tamper == "issuer" else self.issuer,
            "aud": "another-client" if tamper == "audience" else CLIENT,
            "sub": asked["as"],
            "iat": now - 7200 if tamper == "end" else now,
            "exp": now - 3600 if tamper == "end" else now + 300,
            "name": "示例姓名",
            "phone_number": "13800000000",
            "nonce": "another" if tamper == "nonce" else asked.get("nonce", ""),
            "acr": "real-name-1" if tamper == "level" else "real-name-3",
            "id_number": asked["as"],
            "real_name": "安娜",
        }
        if tamper == "azp":
            claims |= {"aud": [CLIENT, "another-client"], "azp": "another-client"}
        if tamper.startswith("no-"):
            del claims[tamper.removeprefix("no-")]
        if tamper == "number":
            claims["id_number"] = ["a", "list"]
        if tamper == "unsigned":
            return ".".join((_part({"alg": "none"}), _part(claims), ""))
        if tamper == "secret":
            said = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{_part(claims)}"
            code = hmac.new(SECRET.encode(), said.encode(), hashlib.sha256).digest()
            return f"{said}.{base64.urlsafe_b64encode(code).rstrip(b'=').decode()}"
        made = jwt.JWT(header={"alg": "RS256", "kid": "one"}, claims=claims)
        made.make_signed_token(OTHER_KEY if tamper == "key" else KEY)
        return str(made.serialize())


def _part(document: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
