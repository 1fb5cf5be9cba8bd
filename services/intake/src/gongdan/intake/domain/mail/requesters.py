"""Who asks in a mail, and so who is to be answered.

The author, but for two kinds of mail that others send for them: those whose author is one of our own addresses (forms
of a web site, groups that rewrite the author), and those whose author takes no answers. There it is Reply-To.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from gongdan.intake.domain import limits
from gongdan.intake.domain.mail import machines
from gongdan.intake.domain.mail.addresses import Address
from gongdan.intake.domain.mail.headers import Headers
from gongdan.shared.contracts.messages import Person

MOST = 100

_TAKES_NO_ANSWERS = re.compile(
    r"(?:no|do[-_.]?not|don[-_.]?t)[-_.]?reply(?:[-_.+].{0,60})?@|(?:web|wordpress|www-data)@"
)


def requester(fields: Headers, envelope: str | None, ours: frozenset[str]) -> Person | None:
    """The person; None when there is nobody. `envelope`: the sender that the envelope names, `ours`: our addresses."""
    author = fields.addresses("from")
    answer = tuple(each for each in fields.addresses("reply-to") if each.email)
    if answer and any(each.email in ours or _TAKES_NO_ANSWERS.match(each.email) for each in author):
        author = tuple(each for each in answer if each.email not in ours) or author
    last = Address("", envelope.strip("<> ").lower() if envelope and "@" in envelope else "")
    candidates = (*author, *answer, *fields.addresses("sender"), *fields.addresses("return-path"), last)
    return next(map(_person, filter(_is_reachable, candidates)), None) or _daemon(author, envelope)


def persons(found: Iterable[Address]) -> tuple[Person, ...]:
    """Those with an address, the first `MOST`; a name that only repeats the address is none."""
    return tuple(map(_person, islice(filter(_is_reachable, found), MOST)))


def _is_reachable(found: Address) -> bool:
    return bool(found.email)


def _person(found: Address) -> Person:
    name = found.name[: limits.NAME]
    return Person(name=None if name.lower() in ("", found.email) else name, email=found.email)


def _daemon(author: Sequence[Address], envelope: str | None) -> Person | None:
    """The mail system that returned a mail, which often has no address."""
    name = author[0].name if author else ""
    is_one = envelope == "" or machines.DAEMON_NAMES.search(name)
    return Person(name=name[: limits.NAME] or None, id="mailer-daemon") if is_one else None
