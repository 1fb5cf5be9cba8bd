"""Where answers to a mail about a ticket go: an address of that ticket alone, which proves it without any header.

Limits: only where the address that we write from takes what follows a plus sign; Mailbox and Workspace say so. An
address that no definition has is received by intake itself, which takes it.
"""

from gongdan.notifier.domain.addresses import is_usable
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.mailbox import Mailbox
from gongdan.shared.definitions.workspace import Workspace
from gongdan.shared.mail_ids import OwnMailIds


def reply_to(sender: str, ticket: str, catalog: Catalog, ids: OwnMailIds) -> str | None:
    """The address; None where it might not arrive."""
    if not _takes_plus_addresses(sender.lower(), catalog):
        return None
    address = ids.address(ticket, sender)
    return address if is_usable(address) else None


def _takes_plus_addresses(sender: str, catalog: Catalog) -> bool:
    for _, mailbox in catalog.all(Mailbox):
        if sender in map(str.lower, (mailbox.address, *mailbox.aliases)):
            return mailbox.takes_plus_addresses
    named = (spec for _, spec in catalog.all(Workspace) if spec.address and spec.address.lower() == sender)
    return all(workspace.plus_addresses for workspace in named)
