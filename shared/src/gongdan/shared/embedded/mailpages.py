"""The pages that show caught mail: a list, one mail, its raw bytes, and the list as JSON for scripts.

In Chinese or English, as the browser asks.
"""

import asyncio
import html
import itertools
import json
from collections.abc import Iterable
from dataclasses import asdict
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from aiohttp import web

from gongdan.shared.embedded.frontdoor import problem
from gongdan.shared.embedded.maildir import Caught, Maildir, header, parse
from gongdan.shared.embedded.mailstyle import STYLE
from gongdan.shared.embedded.mailwords import WORDS, language_of

USUAL_LIMIT = 100
HIGHEST_LIMIT = 50_000
SHOWN_HEADERS = (
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
)
SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def is_mail_page(raw_path: str) -> bool:
    """Whether a path, as it came, is one of ours."""
    path = raw_path.partition("?")[0]
    return path in {"/mail", "/mail.json"} or path.startswith("/mail/")


class MailPages:
    """Answers what `is_mail_page` says is ours."""

    def __init__(self, maildir: Maildir) -> None:
        self._maildir = maildir

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Answer GET; anything else is refused."""
        if request.method not in {"GET", "HEAD"}:
            return problem(405, "method-not-allowed", "caught mail can only be read", {"Allow": "GET, HEAD"})
        path = request.path.rstrip("/")
        if path in {"/mail", "/mail.json"}:
            return await self._list(request, as_json=path == "/mail.json")
        key, _, rest = path.removeprefix("/mail/").partition("/")
        raw = self._maildir.raw(key)
        if raw is None or rest not in {"", "raw"}:
            return problem(404, "mail-unknown", "there is no such mail; /mail lists those there are")
        if rest == "raw":
            return _raw(key, raw)
        language = _asked(request)
        return _page(await asyncio.to_thread(_mail, key, raw, language), language)

    async def _list(self, request: web.BaseRequest, as_json: bool) -> web.Response:
        limit = request.query.get("limit", str(USUAL_LIMIT))
        if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:9]) <= HIGHEST_LIMIT:
            return problem(422, "invalid-input", f"limit: expected a whole number from 1 to {HIGHEST_LIMIT}")
        to = request.query.get("to", "").lower()
        # Reading the heads of many mails takes a while; the first list after a start must not hold up the door.
        found = await asyncio.to_thread(select, self._maildir, to, int(limit))
        if as_json:
            body = json.dumps({"mails": [asdict(one) for one in found]}).encode()
            return web.Response(body=body, content_type="application/json")
        language = _asked(request)
        return _page(_table(found, language, to), language)


def select(maildir: Maildir, to: str, limit: int) -> list[Caught]:
    """The newest mails, at most `limit`, of which a recipient contains `to` (lower case)."""
    fitting = (one for one in maildir.newest() if to in ", ".join(one.to).lower())
    return list(itertools.islice(fitting, limit))


def _asked(request: web.BaseRequest) -> str:
    return language_of(request.headers.get("Accept-Language", ""))


def _page(body: str, language: str) -> web.Response:
    words = WORDS[language]
    title = f"<title>{words.title} · Gongdan</title>"
    head = f"<meta charset=utf-8><meta name=viewport content='width=device-width'>{title}<style>{STYLE}</style>"
    bar = f'<header><a href="/"><i aria-hidden=true>工</i> Gongdan</a><a href="/mail">{words.title}</a></header>'
    page = f"<!doctype html><html lang={language}>{head}{bar}<main>{body}</main>"
    headers = SAFE | {"Vary": "Accept-Language"}
    return web.Response(
        body=page.encode("utf-8", "replace"), content_type="text/html", charset="utf-8", headers=headers
    )


def _raw(key: str, raw: bytes) -> web.Response:
    disposition = {"Content-Disposition": f'attachment; filename="{key}.eml"'}
    return web.Response(body=raw, content_type="message/rfc822", headers=SAFE | disposition)


def _table(mails: Iterable[Caught], language: str, to: str) -> str:
    words = WORDS[language]
    none = words.nothing if to else words.none
    rows = "".join(_row(one, words.unnamed) for one in mails) or f"<tr><td class=none colspan=4>{none}</td></tr>"
    head = "".join(f"<th scope=col>{name}</th>" for name in words.columns)
    only = f'type=search name=to value="{html.escape(to)}" placeholder="{words.only}" aria-label="{words.only}"'
    table = f"<table class=list><tr class=head>{head}</tr>{rows}</table>"
    return f"<h1>{words.title}</h1><p>{words.meaning}</p><form><input {only}></form>{table}"


def _row(mail: Caught, unnamed: str) -> str:
    subject = f'<a href="/mail/{html.escape(mail.key)}">{html.escape(mail.subject or unnamed)}</a>'
    cells = (subject, html.escape(mail.sender), html.escape(", ".join(mail.to)), html.escape(_moment(mail.date)))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _moment(date: str) -> str:
    """A date as this machine's clock shows it; what is none stays as it is."""
    try:
        return f"{parsedate_to_datetime(date).astimezone():%Y-%m-%d %H:%M:%S}"
    except (ValueError, OverflowError):
        return date


def _mail(key: str, raw: bytes, language: str) -> str:
    words = WORDS[language]
    message = parse(raw)
    shown = [(name, header(message, name)) for name in SHOWN_HEADERS]
    rows = "".join(f"<tr><th scope=row>{name}</th><td>{html.escape(value)}</td></tr>" for name, value in shown if value)
    text = html.escape(_text(message, words.unreadable))
    links = f'<p><a href="/mail">{words.all}</a> · <a href="/mail/{html.escape(key)}/raw">{words.raw}</a></p>'
    subject = html.escape(header(message, "Subject") or words.unnamed)
    return f"<h1>{subject}</h1>{links}<table>{rows}</table><pre>{text}</pre>"


def _text(message: EmailMessage, unreadable: str) -> str:
    part = message.get_body(("plain", "html"))
    try:
        return str(part.get_content()) if part is not None else ""
    except (LookupError, ValueError, KeyError):
        return unreadable
