"""Checks of a mail's sender: believed from our own servers, and told to readers."""

# ruff: noqa: E501 - the words of others stand as they are

import pytest

from gongdan.intake.domain.mail.message import Normalised, Ourselves, RawMail, normalise
from gongdan.shared.contracts.messages import Automatic, MessageReceived
from tests.unit.intake.mail.mails import AT, INBOX, OWN, mail, message_of

OURS = Ourselves(OWN, frozenset({INBOX.address}), servers=frozenset({"mx.gongdan.example"}))
FAILED = "spf=fail smtp.mailfrom=example.com; dkim=none; dmarc=fail (p=reject; dis=none) header.from=example.com"


def taken(raw: bytes) -> MessageReceived:
    """The message that a mail becomes."""
    found = normalise(RawMail(raw, INBOX, AT), OURS)
    assert isinstance(found, Normalised)
    return found.message


@pytest.mark.parametrize(
    ("field", "verified"),
    [
        (f"mx.gongdan.example; {FAILED}", False),
        (f"MX.Gongdan.Example 1; {FAILED}", False),
        ("mx.gongdan.example;\r\n dkim=pass header.d=example.com;\r\n dmarc=fail", False),
        ("mx.gongdan.example; dmarc=pass header.from=example.com", True),
        ("mx.gongdan.example; spf=pass (dmarc=fail is what this comment says); dmarc=pass", True),
        ("mx.gongdan.example; none", True),
        (f"mx.stranger.example; {FAILED}", True),
        ("", True),
    ],
)
def test_a_sender_who_failed_a_trusted_check_is_not_verified(field: str, verified: bool) -> None:
    message = taken(mail(Authentication_Results=field))
    assert message.verified is verified
    assert ("its sender may be forged: the check by DMARC failed" in message.warnings) is not verified


def test_only_the_topmost_field_of_a_trusted_server_counts() -> None:
    fields = b"Authentication-Results: mx.gongdan.example; dmarc=fail\r\nAuthentication-Results: mx.gongdan.example; dmarc=pass\r\n"
    assert taken(fields + mail()).verified is False


@pytest.mark.parametrize(
    "fields",
    [
        {"X_Spam_Flag": "YES"},
        {"X_Spam_Status": "Yes, score=9.1 required=5.0"},
        {"X_Rspamd_Action": "add header"},
        {"X_MS_Exchange_Organization_SCL": "9"},
        {"X_Forefront_Antispam_Report": "CIP:192.0.2.1;SCL:6;SRV:"},
    ],
)
def test_what_filters_think_is_told(fields: dict[str, str]) -> None:
    assert any("called it spam" in each for each in message_of(mail(**fields)).warnings)


def test_harmless_verdicts_are_not_told() -> None:
    fields = {"X_Spam_Status": "No, score=0.1", "X_Forefront_Antispam_Report": "SCL:1", "X_Rspamd_Action": "no action"}
    assert message_of(mail(**fields)).warnings == ()


def test_a_report_of_a_complaint_is_known_and_told() -> None:
    body = b"--b\r\n\r\nThis is a report\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n--b--\r\n"
    message = message_of(mail(body, Content_Type="multipart/report; report-type=feedback-report; boundary=b"))
    assert message.automatic is Automatic.COMPLAINT
    assert "it reports that somebody called a mail of ours spam" in message.warnings


def test_a_bounce_names_whom_it_did_not_reach() -> None:
    text = b"Your message could not be delivered to:\r\n\r\n<gone@example.net>: no such user"
    message = message_of(mail(text, From="mailer-daemon@example.net", Subject="failure notice"))
    assert message.bounce is not None
    assert (message.bounce.addresses, message.bounce.permanent) == (("gone@example.net",), True)
    assert "not reached: gone@example.net" in message.warnings
