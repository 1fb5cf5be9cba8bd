"""Mail addresses: which ones can be written to, and which ones must never be answered automatically."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

# Narrower than RFC 5321 on purpose: no quoted local parts, nothing that could end a line or an address.
USABLE = re.compile(r"[^\s<>@\"(),:;\\\[\]\x00-\x1f\x7f-\x9f]{1,64}@[^\s<>@\"(),:;\\\[\]\x00-\x1f\x7f-\x9f]{1,253}")
NEVER_ANSWER = re.compile(
    r"(?:^|[._+-])(?:no[._-]?reply|do[._-]?not[._-]?reply|mailer[._-]?daemon|postmaster|bounces?|abuse|root)(?:$|[._+-])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Own:
    """The addresses that are ours: everything at `domain`, and the mailboxes that customers write to."""

    domain: str
    mailboxes: AbstractSet[str]

    def is_mailbox(self, address: str) -> bool:
        """Whether mail to this address comes back to us as a message, what follows a plus sign aside."""
        local, at, domain = address.lower().rpartition("@")
        return bool(self.mailboxes & {address.lower(), local.partition("+")[0] + at + domain})

    def owns(self, address: str) -> bool:
        """Whether this address is a mailbox or at our domain."""
        return self.is_mailbox(address) or domain_of(address) == self.domain.lower()


def domain_of(address: str) -> str:
    """The part after the last `@`, in lower case."""
    return address.rpartition("@")[2].lower()


def is_usable(address: str) -> bool:
    """Whether a mail can be addressed to this."""
    return USABLE.fullmatch(address) is not None


def never_answered(address: str) -> bool:
    """Whether a machine reads this address, to go by its name. Source: the lists of RT, Zammad and Znuny."""
    return NEVER_ANSWER.search(address.rpartition("@")[0]) is not None
