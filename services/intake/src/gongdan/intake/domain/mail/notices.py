"""What a reader should be told of a mail besides what it says, each a sentence. Pure."""

from gongdan.intake.domain.mail import authentication, automatic
from gongdan.intake.domain.mail.headers import Headers
from gongdan.shared.contracts.messages import Automatic, Bounce, Person

MOST_NAMED = 5
"""Addresses that a sentence names."""


def told(
    fields: Headers, machine: Automatic, bounce: Bounce | None, forwarded_from: Person | None, verified: bool
) -> tuple[str, ...]:
    """The sentences for one mail."""
    agent = next((each.email for each in fields.addresses("from") if each.email), "an agent")
    spam = authentication.spam_field(fields)
    sentences = (
        automatic.reason(machine),
        _bounced(bounce) if bounce else "",
        f"{agent} forwarded it; its author is {forwarded_from.email}" if forwarded_from else "",
        "" if verified else "its sender may be forged: the check by DMARC failed",
        f"a filter on its way called it spam (field {spam})" if spam else "",
    )
    return tuple(each for each in sentences if each)


def _bounced(bounce: Bounce) -> str:
    """Which addresses were not reached."""
    if not bounce.addresses:
        return "it does not say which address was not reached"
    named = ", ".join(bounce.addresses[:MOST_NAMED])
    more = f" and {len(bounce.addresses) - MOST_NAMED} more" if len(bounce.addresses) > MOST_NAMED else ""
    return f"not reached{'' if bounce.permanent else ' so far, but still tried'}: {named}{more}"
