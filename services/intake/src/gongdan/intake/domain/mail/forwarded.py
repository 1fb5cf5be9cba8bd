"""Who wrote a mail that one of our agents forwarded to us: whoever it is from is to be answered, not the agent.

The author stands in the header that mail programs write above what they forward, or in the mail that is attached.
Limits: only mails of agents are looked at; of several forwards within each other the outermost counts, unless it is
an agent's or our own.
"""

import re
from collections.abc import Iterator, Sequence

from gongdan.intake.domain import limits
from gongdan.intake.domain.mail import headings, mime, requesters, separators
from gongdan.intake.domain.mail.addresses import addresses
from gongdan.intake.domain.mail.lines import lines_of
from gongdan.intake.domain.mail.parts import Mail
from gongdan.shared.contracts.messages import Person

MOST_LINES = 400

_SUBJECT = re.compile(
    r"^\s*(?:fwd?|wg|tr|rv|i|enc|vs|vl|doorst|vb|pd|továbbítás|ilt|转发|轉寄|轉發|fs|転送|전달|пересл|betr)\s?[:：]",
    re.IGNORECASE,
)


def author(mail: Mail, subject: str, text: str, ours: frozenset[str]) -> Person | None:
    """The author of what this mail forwards; None when it forwards nothing, or only what `ours` (addresses) wrote."""
    found = [*_written(subject, lines_of(text)[:MOST_LINES]), *_attached(mail, subject)]
    return next((person for person in found if person.email not in ours), None)


def _written(subject: str, lines: Sequence[str]) -> Iterator[Person]:
    """The senders in headers that are written out: below words that say so, or anywhere where the subject does."""
    says = bool(_SUBJECT.match(subject))
    for at, line in enumerate(lines):
        says = says or separators.separator(line) == "forwarded"
        if says and (block := headings.block(lines, at)) and (sender := block.fields.get("from")):
            yield from _person(sender)


def _person(field: str) -> Iterator[Person]:
    """The person that a program names in a text, in one of the ways that they have of writing addresses."""
    plain = re.sub(r"[\[(<]mailto:([^\[\]()<>]{1,320})[\])>]", r"<\1>", field.replace("[", "<").replace("]", ">"))
    plain = re.sub(r"<([^<>]{1,320})<[^<>]{0,330}>+", r"<\1>", plain).strip(" ;|")
    found = requesters.persons(addresses(plain.encode("utf-8")))
    yield from (each.model_copy(update={"name": each.name[: limits.NAME] if each.name else None}) for each in found[:1])


def _attached(mail: Mail, subject: str) -> Iterator[Person]:
    """The authors of mails that are attached whole, unless the mail answers something itself."""
    if mail.headers.has("in-reply-to") and not _SUBJECT.match(subject):
        return
    for part in mail.parts:
        if part.content_type == "message/rfc822":
            yield from requesters.persons(mime.parse(part.content).headers.addresses("from"))[:1]
