"""`gongdan try mail`: the path of a raw mail on each line becomes what intake would make of that mail.

Nothing is kept and no server is asked. `text` and `html` are what an agent would see: decoded, the page made safe.
`date` has its sender's offset. `name` of a file is the mail's own by the letter, path and all, null where it gives
none; `shown_as` is the safe one that people see. Mails of ours are known by `GONGDAN_SIGNING_KEY` and
`GONGDAN_MAIL_DOMAIN`, where these are set.
Limits: files of at most `LARGEST` bytes; a path that cannot be read gets `{"path": …, "error": …}`.
"""

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from gongdan.intake.domain.mail.addresses import Address
from gongdan.intake.domain.mail.files import File
from gongdan.intake.domain.mail.message import Inbox, Ourselves, RawMail, Reading, Unreadable, made_of, reading
from gongdan.shared.contracts.messages import Automatic
from gongdan.shared.mail_ids import OwnMailIds
from gongdan.shared.settings import read_secret_files
from gongdan.shared.try_out import TryOut

LARGEST = 100 * 1024 * 1024

Answer = dict[str, object]


def answer(line: str) -> Answer:
    """What becomes of the mail at a path."""
    shown = line.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    try:
        raw = _content(Path(line))
    except (OSError, ValueError) as error:
        return {"path": shown, "error": f"cannot be read: {error}"}
    return {"path": shown, **_read(RawMail(raw, _inbox(), datetime.now(UTC)))}


def _content(path: Path) -> bytes:
    """Raises OSError, and ValueError for what is no file of a mail's size."""
    if not path.is_file() and path.exists():
        raise ValueError("it is no file")
    if path.stat().st_size > LARGEST:
        raise ValueError(f"it is larger than {LARGEST} bytes")
    return path.read_bytes()


def _read(mail: RawMail) -> Answer:
    found = reading(mail, _ourselves())
    date = found.fields.date()
    return {
        "kind": found.machine if found.machine is not Automatic.NO else "message",
        "subject": found.subject,
        **{name.replace("-", "_"): _persons(found.fields.addresses(name)) for name in ("from", "to", "cc", "reply-to")},
        "message_id": found.ids.message_id,
        "date": date.isoformat() if date else None,
        "text": found.content.text,
        "html": found.content.html,
        "reply_text": found.split.reply,
        "quoted_text": found.split.quoted,
        "signature": found.split.signature,
        "attachments": [_file(file) for file in found.content.files],
        "automatic": found.machine is not Automatic.NO,
        "bounce": found.bounce.model_dump() if found.bounce else None,
        "conversation_key": found.key,
        "warnings": [*found.warnings, *_refusal(mail, found)],
    }


def _persons(found: Iterable[Address]) -> list[Answer]:
    return [{"name": each.name or None, "address": each.email or each.local or None} for each in found]


def _file(file: File) -> Answer:
    return {
        "name": file.stated or None,
        "shown_as": file.name,
        "content_type": file.content_type,
        "size": len(file.content),
        "sha256": file.sha256,
        "content_id": file.content_id,
        "inline": file.inline,
    }


def _refusal(mail: RawMail, found: Reading) -> list[str]:
    """Why the mail would go into quarantine."""
    made = made_of(mail, found, _ourselves())
    return [f"{made.cause}: {made.detail}"] if isinstance(made, Unreadable) else []


@cache
def _environment() -> dict[str, str]:
    plain = {name.removeprefix("GONGDAN_").lower(): value for name, value in os.environ.items()}
    return {**plain, **read_secret_files(os.environ)}


@cache
def _ourselves() -> Ourselves:
    known = _environment()
    key, domain = known.get("signing_key", ""), known.get("mail_domain", "gongdan.localhost")
    return Ourselves(OwnMailIds(key.encode() or os.urandom(32), domain), frozenset({_inbox().address}))


def _inbox() -> Inbox:
    """One for all, so that mails of one conversation have one key, whoever of us they are for."""
    return Inbox(f"support@{_environment().get('mail_domain', 'gongdan.localhost')}", "support")


MAIL = TryOut("Mails: the path of a raw mail becomes what intake reads in it.", answer)
