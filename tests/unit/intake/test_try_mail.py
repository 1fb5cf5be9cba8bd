"""The try-out of mails, by its command."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

GONGDAN = Path(sys.executable).with_name("gongdan")
MAIL = """From: "A Customer" <customer@example.com>
To: support@example.com
Subject: =?utf-8?q?Pumpe_f=C3=A4llt_aus?=
Date: Mon, 2 Mar 2026 09:00:00 +0100
Message-ID: <one@example.com>
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

It stops.

> Does it stop?
--b
Content-Type: application/pdf; name=plan.pdf

%PDF
--b
Content-Type: application/pdf

%PDF
--b--
"""


def tried(*paths: Path) -> list[dict[str, Any]]:
    """What the command says of mails."""
    asked = "".join(f"{path}\n" for path in paths).encode()
    done = subprocess.run([GONGDAN, "try", "mail"], input=asked, capture_output=True, timeout=60, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_mail_is_read_and_paths_without_one_are_told_in_their_order(tmp_path: Path) -> None:
    good = tmp_path / "good.eml"
    good.write_text(MAIL)
    missing, found, folder = tried(tmp_path / "missing.eml", good, tmp_path)
    assert "missing.eml" in missing["error"]
    assert (folder["path"], "error" in folder) == (str(tmp_path), True)
    assert (found["path"], found["kind"], found["subject"]) == (str(good), "message", "Pumpe fällt aus")
    assert found["from"] == [{"name": "A Customer", "address": "customer@example.com"}]
    assert (found["to"], found["cc"], found["reply_to"]) == ([{"name": None, "address": "support@example.com"}], [], [])
    assert (found["date"], found["message_id"]) == ("2026-03-02T09:00:00+01:00", "one@example.com")
    assert (found["text"], found["reply_text"]) == ("It stops.\n\n> Does it stop?", "It stops.")
    assert found["quoted_text"] == "> Does it stop?"
    assert [(file["name"], file["shown_as"]) for file in found["attachments"]] == [
        ("plan.pdf", "plan.pdf"),
        (None, "application-2.pdf"),
    ]
    assert (found["automatic"], found["bounce"], found["warnings"]) == (False, None, [])


def test_what_is_no_message_is_read_as_far_as_it_can_be(tmp_path: Path) -> None:
    nobody = tmp_path / "nobody.eml"
    nobody.write_bytes(b"Subject: who?\n\ntext")
    found = tried(nobody)[0]
    assert (found["subject"], found["text"], found["date"]) == ("who?", "text", None)
    assert found["warnings"][0].startswith("no-sender: ")
