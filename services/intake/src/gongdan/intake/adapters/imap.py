"""The part that has all defined mailboxes read, each in a task and a thread of its own, and follows definitions."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from gongdan.intake.adapters.imap_account import ImapAccount
from gongdan.intake.adapters.imap_reader import MailboxReader, Shared
from gongdan.intake.domain.mail.message import Inbox
from gongdan.intake.ports import Definitions
from gongdan.shared.definitions.mailbox import Mailbox
from gongdan.shared.errors import FixInput, RetryLater

log = structlog.get_logger()

LOOK_AGAIN = timedelta(seconds=1)
Version = tuple[str, int]
"""A mailbox by its name and the version of its definition: another version is another reader."""


@dataclass(slots=True)
class Mailboxes:
    """`resolve` finds the secret behind a reference. Where no mailbox is defined it does nothing."""

    definitions: Definitions
    shared: Shared
    resolve: Callable[[str], bytes]
    name: str = "mailboxes"
    _readers: dict[Version, "asyncio.Task[None]"] = field(default_factory=dict)
    _follower: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Start reading."""
        self._follower = asyncio.create_task(self._follow(), name=self.name)

    async def stop(self) -> None:
        """Stop all readers; what they were about to keep is read again by whoever comes next."""
        if self._follower:
            self._follower.cancel()
            await asyncio.gather(self._follower, return_exceptions=True)
        await self._end(list(self._readers))

    async def _follow(self) -> None:
        while True:
            wanted = self._wanted()
            await self._end([version for version in self._readers if version not in wanted])
            for version in wanted.keys() - self._readers.keys():
                reader = self._reader(version[0], wanted[version])
                self._readers[version] = asyncio.create_task(reader.run(), name=f"mailbox-{version[0]}")
            await asyncio.sleep(LOOK_AGAIN.total_seconds())

    def _wanted(self) -> Mapping[Version, Mailbox]:
        found = self.definitions.current.all(Mailbox)
        return {("/".join(filter(None, item.key[1:])), item.version): spec for item, spec in found}

    async def _end(self, versions: list[Version]) -> None:
        tasks = [self._readers.pop(version) for version in versions]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _reader(self, name: str, spec: Mailbox) -> MailboxReader:
        inbox = Inbox(spec.address.lower(), spec.workspace)
        return MailboxReader(
            name, inbox, lambda: self._account(spec), self.shared, timedelta(seconds=spec.poll_seconds)
        )

    def _account(self, spec: Mailbox) -> ImapAccount:
        """An account with the secret as it is now. Raises RetryLater while there is none."""
        try:
            return ImapAccount(spec, self.resolve(spec.secret_ref).decode())
        except FixInput as error:
            raise RetryLater(str(error), timedelta(seconds=10)) from error
