"""Whether a machine wrote a mail, so that two machines never answer each other.

Order matters: our own mail come back, then feedback reports and bounces, then automatic replies, then bulk mail. A wish
not to be answered (X-Auto-Response-Suppress) is no proof of a machine: it counts as bulk only where an acknowledgement
would follow, which is no reply to anything. Mail that a group with one of our own addresses passes on is not bulk.

Source: RFC 3834, RFC 3464, RFC 5965, RFC 6522; MS-OXCMAIL 2.2.3.2.14; what other ticket systems look at.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from gongdan.intake.domain.mail import bounces, machines
from gongdan.intake.domain.mail.parts import Mail
from gongdan.shared.contracts.messages import Automatic
from gongdan.shared.mail_ids import LOOP_HEADER, OwnMailIds

_STATUS = re.compile(rb"(?:^|\n)(?:Final-Recipient|Action|Diagnostic-Code)[ \t]*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Look:
    """What the decision looks at. `sender` is the envelope's: empty for `<>`, None when unknown.

    `addresses` are our own, in lower case.
    """

    mail: Mail
    own: OwnMailIds
    subject: str
    text: str
    sender: str | None = None
    addresses: frozenset[str] = frozenset()

    @property
    def author(self) -> tuple[str, str]:
        """Name and address of the From field."""
        found = self.mail.headers.addresses("from")
        return (found[0].name, found[0].email) if found else ("", "")

    @property
    def failed(self) -> bool:
        """Whether the subject says that a mail was not delivered. All i's of Turkish are one."""
        return bool(machines.FAILED.search(self.subject.lower().replace("i\u0307", "i").replace("ı", "i")))

    def field(self, name: str) -> str:
        """A field in lower case."""
        return self.mail.headers.text(name).lower()

    @property
    def nobody(self) -> bool:
        """Whether the envelope says that no answer is wanted."""
        return self.sender == "" or self.field("return-path") == "<>"


def automatic(look: Look) -> Automatic:
    """Who or what wrote it."""
    return next((kind for kind, is_one, _ in KINDS if is_one(look)), Automatic.NO)


def reason(kind: Automatic) -> str:
    """What kind of mail it is, for whoever reads it; empty for a person's."""
    return next((told for each, _, told in KINDS if each is kind), "")


def _is_own(look: Look) -> bool:
    mark = look.mail.headers.text(LOOP_HEADER.lower())
    if mark and mark == look.own.mark:
        return True
    return any(look.own.ticket_of(each) for each in look.mail.headers.ids("message-id"))


def _is_complaint(look: Look) -> bool:
    return look.mail.content_type.text("report-type").lower() == "feedback-report" or any(
        part.content_type == "message/feedback-report" for part in look.mail.parts
    )


def _is_bounce(look: Look) -> bool:
    report = look.mail.content_type.text("report-type").lower()
    if look.mail.content_type.value == "multipart/report" and report != "disposition-notification":
        return report == "delivery-status" or _has_status(look.mail) or look.failed
    if look.mail.headers.has("x-failed-recipients") or _has_status(look.mail):
        return True
    name, email = look.author
    if email.startswith("mailer-daemon@") and not machines.ANSWERED.match(look.subject):
        return True
    daemon = bool(
        machines.DAEMONS.match(email)
        or machines.DAEMON_NAMES.search(name)
        or machines.DAEMON_NAMES.search(email.partition("@")[0])
    )
    failed = look.failed
    if failed and (daemon or look.nobody or bounces.tells_of_failure(look.text)):
        return True
    return (daemon or (failed and _returns_mail(look.mail))) and _tells_of_failure(look)


def _tells_of_failure(look: Look) -> bool:
    return bool(machines.FAILED_TEXT.search(look.text[:4_000]))


def _has_status(mail: Mail) -> bool:
    return any(part.content_type == "message/delivery-status" and _STATUS.search(part.content) for part in mail.parts)


def _returns_mail(mail: Mail) -> bool:
    return any(part.content_type in ("message/rfc822", "text/rfc822-headers") for part in mail.parts)


def _is_answer(look: Look) -> bool:
    submitted = look.field("auto-submitted").partition(";")[0].strip()
    if submitted.startswith("auto-replied") or look.mail.content_type.text("report-type") == "disposition-notification":
        return True
    if "auto_reply" in (look.field("precedence"), look.field("x-precedence")):
        return True
    if look.mail.headers.has_any(machines.ANSWERING_FIELDS) and look.field("x-autoreply") != "no":
        return True
    if look.field("x-post-messageclass").endswith("autoresponder") or "autoresponder" in look.field("delivered-to"):
        return True
    return bool(machines.ANSWERED.match(look.subject))


def _is_bulk(look: Look) -> bool:
    submitted = look.field("auto-submitted").partition(";")[0].strip()
    if submitted not in ("", "no") or look.nobody:
        return True
    if {look.field("precedence"), look.field("x-precedence")} & {"bulk", "junk"}:
        return True
    if look.mail.headers.has_any(machines.MACHINE_FIELDS):
        return True
    return _from_a_list(look) or _wants_no_answer(look) or bool(machines.DAEMONS.match(look.author[1]))


def _from_a_list(look: Look) -> bool:
    """Whether a mailing list sent it, other than a group through which mail to us comes."""
    if not look.mail.headers.has_any(machines.BULK_FIELDS) and look.field("precedence") != "list":
        return False
    posts, name = look.field("list-post"), look.field("list-id")
    return not any(address in posts or f"<{address.replace('@', '.')}>" in name for address in look.addresses)


def _wants_no_answer(look: Look) -> bool:
    wish = {each.strip() for each in look.field("x-auto-response-suppress").split(",")}
    replies = look.mail.headers.has("in-reply-to") or look.mail.headers.has("references")
    return bool(wish & {"all", "autoreply", "oof"}) and not replies


KINDS: tuple[tuple[Automatic, Callable[[Look], bool], str], ...] = (
    (Automatic.OWN, _is_own, "it is a mail of ours that came back"),
    (Automatic.COMPLAINT, _is_complaint, "it reports that somebody called a mail of ours spam"),
    (Automatic.BOUNCE, _is_bounce, "it says that a mail of ours was not delivered"),
    (Automatic.AUTO_REPLY, _is_answer, "it is an automatic reply, such as one of somebody out of office"),
    (Automatic.BULK, _is_bulk, "a machine or a mailing list sent it"),
)
"""Each kind with how it is known and what is told of it; the first that fits counts."""
