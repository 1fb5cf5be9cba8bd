"""A token endpoint of OAuth 2 as a process of its own: each refresh token works once and brings the next one.

`python -m tests.integration.intake.token_endpoint PORT USER`. Beside `/token` and, for mail servers, `/introspect` it
has switches for tests: `/consent` gives a refresh token, `/kill` ends all, `/break` answers 503 until it is said again,
`/calls` tells how often tokens were asked for and how often a used one came again.
"""

import json
import sys
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

Answer = tuple[int, dict[str, Any]]


@dataclass
class Provider:
    """Tokens by what they are good for."""

    user: str
    good: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    access: set[str] = field(default_factory=set)
    calls: int = 0
    reused: int = 0
    broken: bool = False
    made: int = 0

    def consent(self) -> str:
        self.made += 1
        token = f"refresh-{self.made}"
        self.good.add(token)
        return token

    def token(self, form: dict[str, str]) -> Answer:
        self.calls += 1
        if self.broken:
            return 503, {"error": "temporarily_unavailable"}
        old = form.get("refresh_token", "")
        if form.get("grant_type") != "refresh_token" or form.get("client_id") != "gongdan":
            return 400, {"error": "invalid_client"}
        self.reused += old in self.used
        if old not in self.good:
            return 400, {"error": "invalid_grant", "error_description": "the token was revoked"}
        self.good.discard(old)
        self.used.add(old)
        access = f"access-{self.calls}"
        self.access.add(access)
        return 200, {"access_token": access, "expires_in": "3600", "refresh_token": self.consent()}

    def answer(self, path: str, form: dict[str, str]) -> Answer:
        """What a path gives."""
        match path:
            case "/token":
                return self.token(form)
            case "/introspect":
                active = form.get("token") in self.access
                return 200, {"active": active, "username": self.user} if active else {"active": False}
            case "/consent":
                return 200, {"refresh_token": self.consent()}
            case "/kill":
                self.good.clear()
                self.access.clear()
            case "/break":
                self.broken = not self.broken
        return 200, {"calls": self.calls, "reused": self.reused}


def handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    """Every request is a form."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("content-length") or 0)
            form = {name: values[0] for name, values in parse_qs(self.rfile.read(size).decode()).items()}
            status, document = provider.answer(self.path, form)
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), handler(Provider(sys.argv[2]))).serve_forever()
