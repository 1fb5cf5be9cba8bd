"""How the page shows mails: in a frame without rights, with a note for each warning in the reader's language."""

import json
import re

import pytest

from gongdan.api.routes.page import POLICY
from gongdan.intake.domain.mail import automatic, mime, notices, protection
from gongdan.intake.domain.mail.headers import Headers
from gongdan.intake.domain.mail.mime import Limits
from gongdan.router.domain.joining import THANKED
from gongdan.router.domain.opening import LINKED
from gongdan.shared.contracts.messages import Automatic, Bounce, Person
from tests.architecture.house import ROOT

WEB = ROOT / "services/api/src/gongdan/api/web"
FRAME = (WEB / "js/mailpage.js").read_text()
SENTENCE = re.compile(r'\["(\w+)", /\^(.+)\$/\],')
MULTIPART = (
    b"Content-Type: multipart/%s; boundary=b; protocol=application/pgp\r\n\r\n--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n"
)
PACKED = b"Content-Type: application/pkcs7-mime; smime-type=%s\r\n\r\nx"


def patterns() -> dict[str, str]:
    """The sentences that the page knows, by the key of its own words for them, as Python writes such patterns."""
    found = SENTENCE.findall((WEB / "js/warnings.js").read_text())
    return {key: pattern.replace("(?<", "(?P<").replace("\\/", "/") for key, pattern in found}


def told() -> list[str]:
    """Every sentence that intake and router tell of a message."""
    people = [f"{number}@example.com" for number in range(7)]
    bounces = [Bounce(addresses=(), permanent=True), Bounce(addresses=tuple(people), permanent=True)]
    bounces.append(Bounce(addresses=tuple(people[:1]), permanent=False))
    spam = Headers({"x-spam-flag": (b"YES",), "from": (b"first@example.com",)})
    mails = [MULTIPART % kind for kind in (b"signed", b"encrypted")] + [PACKED % b"signed-data", PACKED % b"enveloped"]
    return [
        *(automatic.reason(kind) for kind in Automatic if kind is not Automatic.NO),
        *(line for bounce in bounces for line in notices.told(Headers(), Automatic.NO, bounce, None, True)),
        *notices.told(spam, Automatic.NO, None, Person(email="a@example.com"), False),
        *(line for raw in mails for line in protection.told(mime.parse(raw), "")),
        *mime.parse(MULTIPART % b"mixed", Limits(parts=1)).cut,
        *mime.parse(MULTIPART % b"mixed", Limits(depth=0)).cut,
        *mime.parse(b"X: y\r\n" * 2_000 + b"\r\n").cut,
        *(words.format(number="GD-1") for words in LINKED.values()),
        THANKED,
        "its text is too long to be shown as a whole",
    ]


@pytest.mark.parametrize("sentence", told())
def test_everything_that_is_told_of_a_message_is_told_in_the_readers_language(sentence: str) -> None:
    assert [key for key, pattern in patterns().items() if re.fullmatch(pattern, sentence)] != []


def test_every_sentence_that_the_page_knows_is_told_by_somebody() -> None:
    said = told()
    assert {key for key, one in patterns().items() if not any(re.fullmatch(one, line) for line in said)} == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_value_of_a_sentence_is_lost(language: str) -> None:
    words = json.loads((WEB / f"locales/{language}.json").read_text())
    for key, pattern in patterns().items():
        assert set(re.findall(r"\{(\w+)\}", words[f"warning.{key}"])) == set(re.findall(r"\(\?P<(\w+)>", pattern))


def test_a_mail_is_shown_in_a_frame_that_may_do_nothing_and_fetch_nothing() -> None:
    assert 'sandbox: ""' in FRAME
    assert "default-src 'none'; img-src data:; style-src ${location.origin}" in FRAME
    assert "default-src 'none'" in POLICY
    assert "http" not in POLICY


def test_no_other_script_makes_frames() -> None:
    scripts = [path.name for path in (WEB / "js").glob("*.js") if re.search(r"srcdoc|iframe", path.read_text())]
    assert scripts == ["mailpage.js"]
