"""Which of our inboxes a recipient's address means. Pure: definitions in, inboxes out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from gongdan.intake.domain.mail.message import Inbox
from gongdan.shared.definitions.agent import Agent
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.mailbox import Mailbox
from gongdan.shared.definitions.workspace import Workspace

DEFAULT_WORKSPACE = "support"


@dataclass(frozen=True, slots=True)
class Directory:
    """Addresses of Mailboxes and Workspaces, and patterns (`*@example.com`) of addresses that are taken as well.

    `agents`: the addresses of our agents, in lower case.
    """

    known: Mapping[str, Inbox] = field(default_factory=dict)
    patterns: Sequence[str] = ()
    agents: frozenset[str] = frozenset()

    @property
    def addresses(self) -> frozenset[str]:
        """All addresses known by name."""
        return frozenset(self.known)

    def find(self, recipient: str) -> Inbox | None:
        """The inbox behind an address, `+tags` aside; None when we do not take its mail."""
        address = _untagged(recipient)
        if address in self.known:
            return self.known[address]
        if any(fnmatchcase(address, pattern.lower()) for pattern in self.patterns):
            return Inbox(address, DEFAULT_WORKSPACE)
        return None

    def inboxes(self, recipients: Iterable[str]) -> tuple[Inbox, ...]:
        """The inboxes that one mail is for, each once. Addresses taken by pattern are all one inbox: the first."""
        found = [inbox for each in recipients if (inbox := self.find(each)) is not None]
        known = dict.fromkeys(inbox for inbox in found if inbox.address in self.known)
        return tuple(known) or tuple(found[:1])


def directory_of(catalog: Catalog, patterns: Sequence[str]) -> Directory:
    """The directory at one revision of the definitions; a Mailbox says more about its address than a Workspace."""
    workspaces = [(spec.address, item.name) for item, spec in catalog.all(Workspace) if spec.address]
    mailboxes = [(spec.address, spec.workspace) for _, spec in catalog.all(Mailbox)]
    known = {address.lower(): Inbox(address.lower(), name) for address, name in (*workspaces, *mailboxes)}
    aliases = {alias.lower(): known[spec.address.lower()] for _, spec in catalog.all(Mailbox) for alias in spec.aliases}
    agents = frozenset(spec.email.lower() for _, spec in catalog.all(Agent) if spec.email and spec.active)
    return Directory(aliases | known, patterns, agents)


def _untagged(recipient: str) -> str:
    """`support+abc@example.com` is `support@example.com`."""
    local, at, domain = recipient.strip("<> ").lower().rpartition("@")
    return local.partition("+")[0] + at + domain
