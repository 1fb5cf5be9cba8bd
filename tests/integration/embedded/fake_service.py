"""The program behind `fake_services`."""

import json
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Ready(BaseHTTPRequestHandler):
    """Answers every GET with 200."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing about it."""


def main(port: int, mode: str) -> None:
    """Serve until told to end, if it listens."""
    if mode == "dying":
        sys.stderr.write("no such setting\n")
        raise SystemExit(3)
    signal.signal(signal.SIGTERM, signal.SIG_IGN if mode == "deaf" else lambda *_: sys.exit(0))
    sys.stderr.write(json.dumps({"level": "warning", "event": "fake_started"}) + "\n")
    HTTPServer(("127.0.0.1", port), Ready).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
