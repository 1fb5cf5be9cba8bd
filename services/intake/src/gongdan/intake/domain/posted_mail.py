"""Mails as mail providers post them: Postmark, Mailgun, SendGrid, Amazon SES over SNS, or just the raw mail.

The raw mail is preferred wherever it is there; else the mail is put together again from the provider's fields.
Sources: Postmark "inbound webhook", Mailgun "receiving: routes", SendGrid "inbound parse", AWS "contents of
notifications for Amazon SES email receiving".
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from gongdan.intake.domain import payloads
from gongdan.intake.domain.composed_mail import AttachedFile, Fields, compose, header
from gongdan.intake.domain.mail import charsets, mime
from gongdan.intake.domain.multipart import Part
from gongdan.intake.domain.verification import sns
from gongdan.shared.errors import Complaint, FixInput

RECIPIENTS = ("delivered-to", "x-original-to", "to", "cc")


@dataclass(frozen=True, slots=True)
class PostedMail:
    """A mail, whom its envelope names, and its envelope's sender where it is known."""

    raw: bytes
    recipients: tuple[str, ...]
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Amazon asks whether its topic may write here; fetching `url` says yes."""

    url: str


Posted = Sequence[PostedMail] | Confirmation


def mails_in(provider: str, content_type: str, body: bytes) -> Posted:
    """What a provider posted. Raises FixInput when it is not what this provider sends."""
    return READERS[provider](content_type, body)


def _raw(_: str, body: bytes) -> Posted:
    return [_mail(body, (), None)]


def _postmark(content_type: str, body: bytes) -> Posted:
    found = _object(payloads.read(content_type, body).data)
    recipients = [_text(found, "OriginalRecipient")]
    recipients += [_text(each, "Email") for name in ("ToFull", "CcFull", "BccFull") for each in _objects(found, name)]
    raw = _text(found, "RawEmail")
    sender = _text(_object(found.get("FromFull") or {}), "Email") or None
    if raw:
        return [_mail(raw.encode("utf-8", "surrogateescape"), recipients, sender)]
    headers = [(_text(each, "Name"), _text(each, "Value")) for each in _objects(found, "Headers")]
    usual = {name: _text(found, name) for name in ("From", "To", "Cc", "Subject", "Date", "ReplyTo")}
    usual = {"Reply-To" if name == "ReplyTo" else name: value for name, value in usual.items()}
    usual["Message-ID"] = f"<{_text(found, 'MessageID')}@inbound.postmarkapp.com>"
    files = [
        AttachedFile(
            _text(each, "Name"), _text(each, "ContentType"), _base64(_text(each, "Content")), _text(each, "ContentID")
        )
        for each in _objects(found, "Attachments")
    ]
    fields = Fields(_completed(headers, usual), _text(found, "TextBody"), _text(found, "HtmlBody"), files)
    return [_mail(compose(fields), recipients, sender)]


def _mailgun(content_type: str, body: bytes) -> Posted:
    fields, files = _form(content_type, body)
    recipients, sender = fields.get("recipient", "").split(","), fields.get("sender")
    if raw := fields.get("body-mime"):
        return [_mail(raw.encode("utf-8", "surrogateescape"), recipients, sender)]
    listed = _json(fields.get("message-headers", "[]"), "message-headers")
    pairs = [each for each in listed if isinstance(each, list) and len(each) == 2] if isinstance(listed, list) else []
    headers = [(str(name), str(value)) for name, value in pairs]
    usual = {"From": fields.get("from", ""), "Subject": fields.get("subject", "")}
    ids = _json(fields.get("content-id-map", "{}"), "content-id-map")
    inline = {str(name): str(value) for value, name in ids.items()} if isinstance(ids, dict) else {}
    whole = Fields(
        _completed(headers, usual),
        fields.get("body-plain", ""),
        fields.get("body-html", ""),
        [_attached(file, inline.get(file.name)) for file in files],
    )
    return [_mail(compose(whole), recipients, sender)]


def _sendgrid(content_type: str, body: bytes) -> Posted:
    fields, files = _form(content_type, body, "charsets")
    envelope = _object(_json(fields.get("envelope", "{}"), "envelope"))
    recipients, sender = _strings(envelope.get("to")), envelope.get("from")
    sender = sender if isinstance(sender, str) else None
    if raw := fields.get("email"):
        return [_mail(raw.encode("utf-8", "surrogateescape"), recipients, sender)]
    headers = list(_lines(fields.get("headers", "")))
    usual = {"From": fields.get("from", ""), "To": fields.get("to", ""), "Subject": fields.get("subject", "")}
    details = _object(_json(fields.get("attachment-info", "{}"), "attachment-info"))
    ids = {name: _text(_object(each), "content-id") for name, each in details.items() if isinstance(each, dict)}
    attached = [_attached(file, ids.get(file.name)) for file in files]
    whole = Fields(_completed(headers, usual), fields.get("text", ""), fields.get("html", ""), attached)
    return [_mail(compose(whole), recipients, sender)]


def _ses(_: str, body: bytes) -> Posted:
    """A notification holds the mail itself; one that only says where the mail is stored is refused."""
    outer = _object(_json(body, "body"))
    if outer.get("Type") == "SubscriptionConfirmation":
        return Confirmation(sns.amazon(_text(outer, "SubscribeURL"), "SubscribeURL"))
    if outer.get("Type") != "Notification":
        return []
    inner = _object(_json(_text(outer, "Message"), "Message"))
    receipt, mail = _object(inner.get("receipt") or {}), _object(inner.get("mail") or {})
    content = inner.get("content")
    if not isinstance(content, str):
        cure = "let the receipt rule publish to SNS with the content, up to 150 KB, in Base64"
        raise _wrong("Message.content", "is not there: the mail is stored elsewhere", cure)
    encoded = _object(receipt.get("action") or {}).get("encoding") == "BASE64"
    raw = _base64(content) if encoded else content.encode("utf-8", "replace")
    recipients = _strings(receipt.get("recipients")) or _strings(mail.get("destination"))
    return [_mail(raw, recipients, _text(mail, "source") or None)]


READERS: Mapping[str, Callable[[str, bytes], Posted]] = {
    "raw": _raw,
    "postmark": _postmark,
    "mailgun": _mailgun,
    "sendgrid": _sendgrid,
    "ses": _ses,
}


def _mail(raw: bytes, recipients: Sequence[str], sender: str | None) -> PostedMail:
    """With the recipients that the envelope names, else those that the header names."""
    named = tuple(each.strip() for each in recipients if "@" in each)
    if not named:
        fields = mime.parse(raw.partition(b"\r\n\r\n")[0].partition(b"\n\n")[0] + b"\r\n\r\n").headers
        named = tuple(each.email for name in RECIPIENTS for each in fields.addresses(name) if each.email)
    return PostedMail(raw, named, sender)


def _form(content_type: str, body: bytes, charsets_in: str = "") -> tuple[dict[str, str], list[Part]]:
    """Text fields by name, and files. `charsets_in`: the field that says in which charset each other one is."""
    payload = payloads.fields(content_type, body)
    named = {part.name: part for part in payload if part.filename is None}
    labels: Mapping[str, Any] = {}
    if charsets_in in named:
        labels = _object(_json(named[charsets_in].content, charsets_in))
    texts = {name: _decoded(part, labels.get(name)) for name, part in named.items()}
    return texts, [part for part in payload if part.filename is not None]


def _decoded(part: Part, label: object) -> str:
    """Raw mails keep bytes that are no UTF-8, so that they can be had back."""
    if part.name in ("email", "body-mime"):
        return part.content.decode("utf-8", "surrogateescape")
    return charsets.decode(part.content, label) if isinstance(label, str) else part.text


def _attached(file: Part, content_id: str | None) -> AttachedFile:
    return AttachedFile(file.filename or file.name, file.content_type, file.content, content_id or None)


def _lines(text: str) -> Sequence[tuple[str, str]]:
    """Header lines, the folded ones put together."""
    unfolded = text.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ").splitlines()
    return [(name.strip(), value.strip()) for name, colon, value in (line.partition(":") for line in unfolded) if colon]


def _completed(headers: Sequence[tuple[str, str]], usual: Mapping[str, str]) -> list[tuple[str, str]]:
    """The headers, and the usual ones that are missing among them."""
    missing = [(name, value) for name, value in usual.items() if value and not header(headers, name)]
    return [*headers, *missing]


def _json(text: str | bytes, name: str) -> Any:  # noqa: ANN401 - JSON
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _wrong(name, "is not JSON", "send it as the provider does") from error


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong("body", "is no JSON object", "send it as the provider does")
    return value


def _objects(found: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    listed = found.get(name)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _strings(value: object) -> list[str]:
    """A list's texts; none where it is no list."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError) as error:
        raise _wrong("Content", "is not base64", "send it as the provider does") from error


def _wrong(field: str, problem: str, cure: str) -> FixInput:
    return FixInput("invalid-mail-post", "this is not how the provider posts mails", Complaint(field, problem, cure))
