"""Sample messages for every channel: what `gongdan send` sends and `gongdan demo` shows."""

import base64
import binascii
import hashlib
import hmac
import mimetypes
import re
import smtplib
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

from gongdan.shared.embedded.errors import FixSetup

SMTP_SECONDS = 20.0
TAKEN = 250
KEPT_AS = re.compile(r"\bKept as (\S+)")


def mail(sender: str, to: str, subject: str, text: str, files: tuple[Path, ...] = ()) -> EmailMessage:
    """A mail with a Message-ID of its own. Raises FixSetup when a file cannot be read."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{uuid4().hex}@{sender.rpartition('@')[2] or 'example.com'}>"
    message.set_content(text)
    for path in files:
        name, content, media_type = read_file(path)
        main, _, sub = media_type.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message


def send_mail(message: EmailMessage, port: int) -> str | None:
    """Hand a mail to the SMTP receiver on 127.0.0.1: the id of its message, None when it was set aside.

    Raises FixSetup when it is not taken.
    """
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=SMTP_SECONDS) as server:
            server.ehlo()
            server.mail(str(message["From"]))
            code, answer = server.rcpt(str(message["To"]))
            if code == TAKEN:
                code, answer = server.data(message.as_bytes())
    except (OSError, smtplib.SMTPException) as error:
        raise FixSetup(f"no mail is taken on port {port} ({error})", "start it with `gongdan up`") from error
    said = f"{code} {answer.decode(errors='replace')}"
    if code != TAKEN:
        raise FixSetup(f"the mail to {message['To']} was not taken ({said})", "see --to and the size of the mail")
    found = KEPT_AS.search(said)
    return found[1] if found else None


def signed(body: bytes, secret: str, webhook_id: str, timestamp: int) -> dict[str, str]:
    """Headers of a webhook signed with a `whsec_…` secret. Source: Standard Webhooks 1.0.0, Signature scheme."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise FixSetup("the signing secret is not base64", "give the file that holds `whsec_…`") from error
    content = f"{webhook_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
        "content-type": "application/json",
    }


def read_file(path: Path) -> tuple[str, bytes, str]:
    """Name, content and media type of a file. Raises FixSetup when it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FixSetup(f"{path} cannot be read ({error.strerror})", "name a file that can") from error
    return path.name, content, mimetypes.guess_type(path.name)[0] or "application/octet-stream"
