"""Mails that providers post, over HTTP: each proven its own way, raw where it can be, put together again where not."""

import base64
from typing import Any

import httpx
import orjson
import pytest

from gongdan.intake.domain.mail import content, mime
from gongdan.intake.routes.hooks import Held
from gongdan.shared.definitions.registry import check
from tests.handlers.intake.hook_kit import MAIL_BYTES, NOW, PATH, Desk, source
from tests.handlers.intake.quarantined import entry_of
from tests.kit.amazon import CERTIFICATE_URL, SUBSCRIBE_URL, TOPIC, certificate, confirmation, notification
from tests.kit.partners import PARTNERS, SECRET

RAW = b"From: =?gb2312?b?1cXI/Q==?= <z@example.com>\r\nTo: help@example.com\r\nSubject: Pump\r\n\r\nIt leaks.\r\n"
BASIC = {"authorization": "Basic " + base64.b64encode(f"partner:{SECRET}".encode()).decode()}
WORKSPACE = {"kind": "Workspace", "metadata": {"name": "plant"}, "spec": {"number_prefix": "PL"}}


def desk_of(provider: str, verify: dict[str, Any]) -> Desk:
    """A desk with one provider, and the workspace `plant` behind help@example.com."""
    desk = Desk(secrets={"KEY": SECRET})
    desk.fetch.files = {CERTIFICATE_URL: certificate(), SUBSCRIBE_URL: b"<ok/>"}
    workspace = WORKSPACE | {"spec": {"number_prefix": "PL", "address": "help@example.com"}}
    desk.define(source({"kind": "mail", "provider": provider, "verify": verify}), check(workspace, 1))
    return desk


def basic(provider: str) -> Desk:
    """A provider that shows name and password."""
    return desk_of(provider, {"scheme": "basic", "user": "partner", "secretRef": "env:KEY"})


async def post(desk: Desk, **request: Any) -> httpx.Response:
    """Post to the desk with name and password."""
    async with desk.open() as client:
        return await client.post(PATH, **{"headers": BASIC, **request})


async def test_postmarks_raw_mail_is_taken_as_it_is() -> None:
    desk = basic("postmark")
    body = {
        "OriginalRecipient": "help+x1@example.com",
        "FromFull": {"Email": "z@example.com"},
        "RawEmail": RAW.decode(),
    }
    assert (await post(desk, json=body)).json() == {"mails": 1}
    (mail,) = desk.mails.taken
    assert (mail.raw, mail.inbox.workspace, mail.sender) == (RAW, "plant", "z@example.com")


async def test_postmarks_fields_become_a_mail_again() -> None:
    desk = basic("postmark")
    body = {
        "From": "张三 <z@example.com>",
        "ToFull": [{"Email": "help@example.com", "Name": ""}],
        "Subject": "水泵\r\nBcc: all@example.com",
        "Date": "Mon, 2 Mar 2026 14:00:00 +0800",
        "MessageID": "own-id",
        "Headers": [{"Name": "Message-ID", "Value": "<one@example.com>"}, {"Name": "In-Reply-To", "Value": "<a@b>"}],
        "TextBody": "漏水了",
        "HtmlBody": "<p>漏水了 <img src='cid:p1'></p>",
        "Attachments": [
            {"Name": "照片.png", "ContentType": "image/png", "Content": "aGk=", "ContentID": "p1"},
            {"Name": "log.txt", "ContentType": "text/plain", "Content": "bG9n", "ContentID": ""},
        ],
    }
    await post(desk, json=body)
    parsed = mime.parse(desk.mails.taken[0].raw)
    assert parsed.headers.text("subject") == "水泵 Bcc: all@example.com"
    assert parsed.headers.addresses("bcc") == ()
    assert [(one.name, one.email) for one in parsed.headers.addresses("from")] == [("张三", "z@example.com")]
    assert parsed.headers.ids("message-id") == ("one@example.com",)
    assert content.read(parsed).text.strip() == "漏水了"
    assert [(file.name, file.content) for file in content.read(parsed).files] == [
        ("照片.png", b"hi"),
        ("log.txt", b"log"),
    ]


def mailgun_proof() -> dict[str, str]:
    """Time, token and signature."""
    found: dict[str, str] = orjson.loads(PARTNERS["mailgun"].sign(b"", NOW, "").body)["signature"]
    return found


@pytest.mark.parametrize("multipart", [True, False])
async def test_mailguns_raw_mail_is_taken_as_it_is(multipart: bool) -> None:
    desk = desk_of("mailgun", {"scheme": "mailgun", "secretRef": "env:KEY"})
    fields = mailgun_proof() | {"recipient": "help@example.com", "sender": "z@example.com", "body-mime": RAW.decode()}
    sent = {"files": {name: (None, value) for name, value in fields.items()}} if multipart else {"data": fields}
    assert (await post(desk, headers={}, **sent)).status_code == 200
    assert desk.mails.taken[0].raw == RAW


async def test_mailguns_fields_become_a_mail_again() -> None:
    desk = desk_of("mailgun", {"scheme": "mailgun", "secretRef": "env:KEY"})
    headers = [["From", "z@example.com"], ["Message-Id", "<one@example.com>"], ["X-Spam", "a"]]
    fields = mailgun_proof() | {
        "recipient": "help@example.com",
        "subject": "Pump",
        "body-plain": "It leaks.",
        "message-headers": orjson.dumps(headers).decode(),
    }
    await post(desk, headers={}, data=fields, files={"attachment-1": ("a.txt", b"log", "text/plain")})
    parsed = mime.parse(desk.mails.taken[0].raw)
    assert (parsed.headers.text("subject"), parsed.headers.ids("message-id")) == ("Pump", ("one@example.com",))
    assert [(file.name, file.content) for file in content.read(parsed).files] == [("a.txt", b"log")]


async def test_a_forged_mail_is_set_aside_and_not_taken() -> None:
    desk = desk_of("mailgun", {"scheme": "mailgun", "secretRef": "env:KEY"})
    fields = mailgun_proof() | {"signature": "0" * 64, "recipient": "help@example.com", "body-mime": RAW.decode()}
    assert (await post(desk, headers={}, data=fields)).status_code == 401
    assert desk.mails.taken == []
    ((_, cause, raw),) = desk.quarantine.entries
    assert (cause, b"It+leaks" in raw) == ("mismatch", True)


async def test_sendgrids_mails_are_read_raw_or_by_their_own_charsets() -> None:
    desk = basic("sendgrid")
    envelope = '{"to": ["help@example.com"], "from": "z@example.com"}'
    await post(desk, files={"email": (None, RAW), "envelope": (None, envelope)})
    assert desk.mails.taken[0].raw == RAW
    fields = {
        "headers": b"From: z@example.com\nMessage-ID: <two@example.com>\nSubject: Pump\n folded",
        "text": "漏水".encode("gb18030"),
        "charsets": b'{"text": "gb2312"}',
        "envelope": envelope.encode(),
    }
    await post(desk, files={name: (None, value) for name, value in fields.items()})
    parsed = mime.parse(desk.mails.taken[1].raw)
    assert (parsed.headers.text("subject"), content.read(parsed).text.strip()) == ("Pump folded", "漏水")


@pytest.mark.parametrize("version", ["1", "2"])
async def test_a_mail_from_amazon_is_taken_and_its_certificate_is_fetched_once(version: str) -> None:
    desk = desk_of("ses", {"scheme": "sns", "topics": [TOPIC]})
    message = {
        "notificationType": "Received",
        "mail": {"source": "z@example.com", "destination": ["help@example.com"]},
        "receipt": {"recipients": ["help@example.com"], "action": {"type": "SNS", "encoding": "BASE64"}},
        "content": base64.b64encode(RAW).decode(),
    }
    for _ in range(2):
        body = notification(NOW, message, SignatureVersion=version)
        assert (await post(desk, headers={}, content=body)).status_code == 200
    assert [mail.raw for mail in desk.mails.taken] == [RAW, RAW]
    assert desk.fetch.asked == [CERTIFICATE_URL]


async def test_amazon_is_answered_that_its_topic_may_write() -> None:
    desk = desk_of("ses", {"scheme": "sns", "topics": [TOPIC]})
    assert (await post(desk, headers={}, content=confirmation(NOW))).json() == {"confirmed": True}
    assert desk.fetch.asked == [CERTIFICATE_URL, SUBSCRIBE_URL]


PRIVATE = "https://169.254.169.254/latest/meta-data/"
FORGED = [
    {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com.example.com/a.pem"},
    {"SigningCertURL": "http://sns.eu-west-1.amazonaws.com/a.pem"},
    {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com@example.com/a.pem"},
    {"SigningCertURL": PRIVATE},
    {"TopicArn": "arn:aws:sns:eu-west-1:999999999999:inbound-mail"},
    {"Timestamp": "2026-03-01T06:59:59.000Z"},
]


@pytest.mark.parametrize("changes", FORGED, ids=lambda changes: str(next(iter(changes.values()))))
async def test_what_is_not_amazons_is_refused_and_nothing_else_is_fetched(changes: dict[str, str]) -> None:
    desk = desk_of("ses", {"scheme": "sns", "topics": [TOPIC]})
    answer = await post(desk, headers={}, content=notification(NOW, {}, **changes))
    assert answer.status_code == 401
    assert set(desk.fetch.asked) <= {CERTIFICATE_URL}
    assert desk.mails.taken == []


async def test_a_subscription_whose_address_is_not_amazons_is_not_confirmed() -> None:
    desk = desk_of("ses", {"scheme": "sns", "topics": [TOPIC]})
    answer = await post(desk, headers={}, content=confirmation(NOW, SubscribeURL=PRIVATE))
    assert answer.status_code == 401
    assert desk.fetch.asked == [CERTIFICATE_URL]


async def test_a_mail_that_is_stored_elsewhere_is_set_aside_with_its_cure() -> None:
    desk = desk_of("ses", {"scheme": "sns", "topics": [TOPIC]})
    body = notification(NOW, {"mail": {}, "receipt": {"action": {"type": "S3"}}})
    answer = await post(desk, headers={}, content=body)
    assert answer.status_code == 422
    assert "Base64" in answer.json()["errors"][0]["cure"]
    assert [entry[1] for entry in desk.quarantine.entries] == ["invalid-mail-post"]


async def test_a_raw_mail_for_nobody_we_know_is_the_sources_own() -> None:
    desk = basic("raw")
    await post(desk, content=RAW.replace(b"help@", b"nobody@"))
    assert (desk.mails.taken[0].inbox.address, desk.mails.taken[0].inbox.workspace) == ("nobody@example.com", "it")


async def test_a_mail_over_the_limit_is_refused_before_it_is_read() -> None:
    desk = basic("raw")
    assert (await post(desk, content=b"x" * (MAIL_BYTES * 3))).status_code == 413


async def test_a_mail_that_was_set_aside_goes_the_way_of_mail_when_it_is_released() -> None:
    desk = desk_of("mailgun", {"scheme": "mailgun", "secretRef": "env:KEY"})
    desk.secrets["KEY"] = "another"
    fields = mailgun_proof() | {"recipient": "help@example.com", "body-mime": RAW.decode()}
    await post(desk, headers={}, data=fields)
    desk.secrets["KEY"] = SECRET
    raw = desk.quarantine.entries[0][2]
    receipt = await desk.hooks.release(entry_of("partner", raw, "mismatch", NOW), raw)
    assert not receipt.duplicate
    assert [mail.raw for mail in desk.mails.taken] == [RAW]


async def test_a_source_without_its_secret_says_only_that_it_is_not_ready() -> None:
    desk = basic("raw")
    desk.secrets.clear()
    answer = await post(desk, content=RAW)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "60"
    assert "KEY" not in answer.text
    assert [entry[1] for entry in desk.quarantine.entries] == ["no-secret"]


async def test_large_posts_wait_for_their_turn_and_give_their_room_back() -> None:
    desk = basic("raw")
    held = Held(most=len(RAW) + 10)
    async with desk.open(held=held) as client:
        assert (await client.post(PATH, content=RAW, headers=BASIC)).status_code == 200
        answer = await client.post(PATH, content=RAW * 2, headers=BASIC)
        assert (await client.post(PATH, content=RAW, headers=BASIC)).status_code == 200
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert held.now == 0


async def test_a_large_mail_is_taken_whole() -> None:
    desk = desk_of("mailgun", {"scheme": "mailgun", "secretRef": "env:KEY"})
    large = RAW + b"It leaks more and more.\r\n" * 20_000
    fields = mailgun_proof() | {"recipient": "help@example.com", "body-mime": large.decode()}
    sent: Any = {name: (None, value) for name, value in fields.items()}
    assert (await post(desk, headers={}, files=sent)).status_code == 200
    assert desk.mails.taken[0].raw == large
