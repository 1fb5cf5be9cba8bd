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

from aiohttp import web

from gongdan.shared.embedded.frontdoor import problem
from gongdan.shared.embedded.maildir import Caught, Maildir, header, parse
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
STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}"
    "td,th{text-align:start;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #8884}"
    "td,pre{overflow-wrap:anywhere}th{white-space:nowrap}"
    "pre{white-space:pre-wrap;background:#8881;padding:1rem;border-radius:6px}"
    "@media(max-width:45rem){body{margin:1rem auto}.list .head{display:none}"
    ".list tr{display:block;padding:.5rem 0;border-bottom:1px solid #8884}"
    ".list td{display:block;border:0;padding:.1rem 0}}"
)


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
        return _page(_table(found, language), language)


def select(maildir: Maildir, to: str, limit: int) -> list[Caught]:
    """The newest mails, at most `limit`, of which a recipient contains `to` (lower case)."""
    fitting = (one for one in maildir.newest() if to in ", ".join(one.to).lower())
    return list(itertools.islice(fitting, limit))


def _asked(request: web.BaseRequest) -> str:
    return language_of(request.headers.get("Accept-Language", ""))


def _page(body: str, language: str) -> web.Response:
    head = (
        f"<meta charset=utf-8><meta name=viewport content='width=device-width'><title>{WORDS[language].title}</title>"
    )
    page = f"<!doctype html><html lang={language}>{head}<style>{STYLE}</style>{body}"
    headers = SAFE | {"Vary": "Accept-Language"}
    return web.Response(
        body=page.encode("utf-8", "replace"), content_type="text/html", charset="utf-8", headers=headers
    )


def _raw(key: str, raw: bytes) -> web.Response:
    disposition = {"Content-Disposition": f'attachment; filename="{key}.eml"'}
    return web.Response(body=raw, content_type="message/rfc822", headers=SAFE | disposition)


def _table(mails: Iterable[Caught], language: str) -> str:
    words = WORDS[language]
    rows = "".join(_row(one, words.unnamed) for one in mails) or f"<tr><td colspan=4>{words.none}</td></tr>"
    head = "".join(f"<th>{name}</th>" for name in words.columns)
    return f"<h1>{words.title}</h1><table class=list><tr class=head>{head}</tr>{rows}</table>"


def _row(mail: Caught, unnamed: str) -> str:
    subject = f'<a href="/mail/{html.escape(mail.key)}">{html.escape(mail.subject or unnamed)}</a>'
    cells = (subject, html.escape(mail.sender), html.escape(", ".join(mail.to)), html.escape(mail.date))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _mail(key: str, raw: bytes, language: str) -> str:
    words = WORDS[language]
    message = parse(raw)
    shown = [(name, header(message, name)) for name in SHOWN_HEADERS]
    rows = "".join(f"<tr><th>{name}</th><td>{html.escape(value)}</td></tr>" for name, value in shown if value)
    text = html.escape(_text(message, words.unreadable))
    links = f'<p><a href="/mail">{words.all}</a> · <a href="/mail/{html.escape(key)}/raw">{words.raw}</a></p>'
    return f"{links}<table>{rows}</table><pre>{text}</pre>"


def _text(message: EmailMessage, unreadable: str) -> str:
    part = message.get_body(("plain", "html"))
    try:
        return str(part.get_content()) if part is not None else ""
    except (LookupError, ValueError, KeyError):
        return unreadable
