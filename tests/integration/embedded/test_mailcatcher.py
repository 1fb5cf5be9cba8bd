"""The mail catcher: what is sent by SMTP is on disk and on the pages."""

import asyncio
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp
import aiosmtplib
import pytest

from gongdan.shared.embedded import mailcatcher
from gongdan.shared.embedded.maildir import Maildir
from gongdan.shared.embedded.mailpages import MailPages, is_mail_page
from tests.integration.embedded.upstream import serving


@pytest.fixture
def maildir(tmp_path: Path) -> Maildir:
    return Maildir(tmp_path, most=5)


@pytest.fixture
async def smtp_port(maildir: Maildir) -> AsyncIterator[int]:
    server = await mailcatcher.serve(maildir, 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.fixture
async def pages(maildir: Maildir) -> AsyncIterator[str]:
    async with serving(MailPages(maildir).handle) as url:
        yield url


async def send(port: int, to: str, subject: str, text: str = "hello") -> None:
    mail = EmailMessage()
    mail["From"] = "Support <support@example.com>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{abs(hash((to, subject)))}@example.com>"
    mail.set_content(text)
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=port, start_tls=False)


async def get(url: str, language: str = "en") -> tuple[int, str, dict[str, str]]:
    asked = {"Accept-Language": language}
    async with aiohttp.ClientSession() as session, session.get(url, headers=asked) as answer:
        headers = {str(name): value for name, value in answer.headers.items()}
        return answer.status, await answer.text(errors="replace"), headers


async def listed(url: str) -> list[dict[str, Any]]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        found: list[dict[str, Any]] = (await answer.json())["mails"]
        return found


async def test_a_mail_is_caught_whole_and_listed_newest_first(smtp_port: int, pages: str, maildir: Maildir) -> None:
    await send(smtp_port, "one@example.com", "第一 first")
    await send(smtp_port, "two@example.com", "second")
    found = await listed(pages + "/mail.json")
    assert [one["subject"] for one in found] == ["second", "第一 first"]
    assert found[0]["to"] == ["two@example.com"]
    assert found[0]["sender"] == "Support <support@example.com>"
    raw = maildir.raw(found[0]["key"])
    assert raw is not None
    assert b"\r\n\r\nhello" in raw


async def test_scripts_can_ask_for_the_newest_mails_to_one_person(smtp_port: int, pages: str) -> None:
    for number in range(3):
        await send(smtp_port, "one@example.com", f"to one {number}")
        await send(smtp_port, "two@example.com", f"to two {number}")
    found = await listed(pages + "/mail.json?to=ONE@example.com&limit=2")
    assert [one["subject"] for one in found] == ["to one 2", "to one 1"]


async def test_the_oldest_mails_go_when_there_are_too_many(smtp_port: int, maildir: Maildir, tmp_path: Path) -> None:
    for number in range(7):
        await send(smtp_port, "one@example.com", f"mail {number}")
    assert [one.subject for one in maildir.newest()] == [f"mail {number}" for number in (6, 5, 4, 3, 2)]
    assert len(list((tmp_path / "new").iterdir())) == 5


async def test_mail_caught_earlier_is_still_there_after_a_restart(smtp_port: int, tmp_path: Path) -> None:
    await send(smtp_port, "one@example.com", "kept")
    assert [one.subject for one in Maildir(tmp_path).newest()] == ["kept"]


async def test_a_mail_that_is_sent_again_is_kept_once_also_after_a_restart(smtp_port: int, tmp_path: Path) -> None:
    for subject in ("once", "twice", "twice"):
        await send(smtp_port, "a@example.com", subject)
    again = Maildir(tmp_path)
    server = await mailcatcher.serve(again, 0)
    await send(server.sockets[0].getsockname()[1], "a@example.com", "once")
    server.close()
    assert [mail.subject for mail in again.newest()] == ["twice", "once"]


async def test_what_a_mail_says_cannot_become_part_of_the_page(smtp_port: int, pages: str) -> None:
    await send(smtp_port, "one@example.com", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>")
    key = (await listed(pages + "/mail.json"))[0]["key"]
    for path in ("/mail", f"/mail/{key}"):
        status, text, headers = await get(pages + path)
        assert status == 200
        assert "<script" not in text
        assert "<img" not in text
        assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "lang", "title"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh", "已拦截的邮件"),
        ("en-GB,zh;q=0.5", "en", "Caught mail"),
        ("fr, zh-TW;q=0.5", "zh", "已拦截的邮件"),
        ("fr", "en", "Caught mail"),
    ],
)
async def test_the_pages_are_in_the_language_that_the_browser_asks_for(
    pages: str, asked: str, lang: str, title: str
) -> None:
    _, text, headers = await get(pages + "/mail", asked)
    assert f"<html lang={lang}>" in text
    assert f"<h1>{title}</h1>" in text
    assert headers["Vary"] == "Accept-Language"


async def test_the_page_shows_only_mails_to_the_address_that_is_asked_for(smtp_port: int, pages: str) -> None:
    await send(smtp_port, "one@example.com", "first")
    _, text, _ = await get(pages + '/mail?to=one"@')
    assert "No mail to this address was caught." in text
    assert 'value="one&quot;@"' in text
    _, text, _ = await get(pages + "/mail?to=one@")
    assert ">first</a>" in text


async def test_the_raw_mail_is_a_download(smtp_port: int, pages: str) -> None:
    await send(smtp_port, "one@example.com", "raw")
    key = (await listed(pages + "/mail.json"))[0]["key"]
    status, text, headers = await get(f"{pages}/mail/{key}/raw")
    assert (status, headers["Content-Type"]) == (200, "message/rfc822")
    assert "Subject: raw" in text


@pytest.mark.parametrize("path", ["/mail/none", "/mail/..%2F..%2Fversion", "/mail/a%00b", "/mail/x/y"])
async def test_an_unknown_mail_is_a_404(pages: str, path: str) -> None:
    status, text, _ = await get(pages + path)
    assert status == 404
    assert "/mail lists" in text


@pytest.mark.parametrize("limit", ["0", "-1", "x", "999999999999", ""])
async def test_a_limit_that_is_no_number_is_refused_by_name(pages: str, limit: str) -> None:
    status, text, _ = await get(f"{pages}/mail.json?limit={limit}")
    assert status == 422
    assert "limit" in text


async def test_caught_mail_can_only_be_read(pages: str) -> None:
    async with aiohttp.ClientSession() as session, session.delete(pages + "/mail") as answer:
        assert answer.status == 405


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: =?bad?q?x?=\r\nTo: <<>>\r\n\r\n",
        b"no header at all",
        b"Subject: \xff\r\n\r\n\xfe",
    ],
)
async def test_a_mail_that_makes_no_sense_is_shown_all_the_same(maildir: Maildir, pages: str, content: bytes) -> None:
    key = maildir.add(content)
    for path in ("/mail", "/mail.json", f"/mail/{key}", f"/mail/{key}/raw"):
        assert (await get(pages + path))[0] == 200


async def test_many_senders_at_once_lose_nothing(tmp_path: Path) -> None:
    maildir = Maildir(tmp_path)
    server = await mailcatcher.serve(maildir, 0)
    port = server.sockets[0].getsockname()[1]
    await asyncio.gather(*(send(port, f"n{number}@example.com", str(number)) for number in range(100)))
    server.close()
    assert {one.subject for one in maildir.newest()} == {str(number) for number in range(100)}


@pytest.mark.parametrize(
    ("path", "ours"),
    [("/mail", True), ("/mail?to=x", True), ("/mail.json", True), ("/mail/x/raw", True), ("/mailboxes", False)],
)
def test_only_paths_of_caught_mail_are_taken_from_the_front_door(path: str, ours: bool) -> None:
    assert is_mail_page(path) is ours
