"""The part that has all defined mailboxes read, each in a task and a thread of its own, and follows definitions.

Replicas deal the mailboxes out among themselves, so that each reads as many as the others; when one is gone, its
mailboxes go to those that are left.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from gongdan.intake.adapters.imap_account import ImapAccount
from gongdan.intake.adapters.imap_reader import MailboxReader, Shared, Terms
from gongdan.intake.domain.mail.message import Inbox
from gongdan.intake.domain.mail.standing import mine
from gongdan.intake.ports import Definitions
from gongdan.intake.ports.mailboxes import SignIns
from gongdan.shared.definitions.mailbox import Mailbox
from gongdan.shared.errors import RetryLater

log = structlog.get_logger()

LOOK_AGAIN = timedelta(seconds=1)
COUNT_AGAIN = timedelta(seconds=8)
Version = tuple[str, int]
"""A mailbox by its name and the version of its definition: another version is another reader."""


@dataclass(frozen=True, slots=True)
class _Running:
    reader: MailboxReader
    task: "asyncio.Task[None]"


@dataclass(slots=True)
class Mailboxes:
    """Where no mailbox is defined it does nothing."""

    definitions: Definitions
    shared: Shared
    sign_ins: SignIns
    name: str = "mailboxes"
    _readers: dict[Version, _Running] = field(default_factory=dict)
    _replicas: list[str] = field(default_factory=list)
    _counted: float = float("-inf")
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
        with contextlib.suppress(RetryLater):
            await self.shared.lease.leave()

    def wrong(self) -> str | None:
        """Which mailboxes of this replica need somebody, for /readyz."""
        failing = [version[0] for version, each in self._readers.items() if each.reader.standing.state == "failing"]
        return f"not read: {', '.join(sorted(failing))}" if failing else None

    async def _follow(self) -> None:
        while True:
            try:
                await self._look()
            except Exception:
                log.exception("mailboxes_not_followed")
            await asyncio.sleep(LOOK_AGAIN.total_seconds())

    async def _look(self) -> None:
        wanted = self._wanted()
        if wanted:
            await self._count_replicas()
        await self._end([version for version in self._readers if version not in wanted])
        for version in wanted.keys() - self._readers.keys():
            reader = MailboxReader(self._terms(version[0], wanted[version]), self.shared)
            self._readers[version] = _Running(reader, asyncio.create_task(reader.run(), name=f"mailbox-{version[0]}"))

    async def _count_replicas(self) -> None:
        """Who else reads mailboxes; while that cannot be asked, nothing changes."""
        now = self.shared.clock.monotonic()
        if now - self._counted < COUNT_AGAIN.total_seconds():
            return
        try:
            self._replicas = list(await self.shared.lease.replicas())
        except RetryLater as fault:
            log.warning("replicas_not_counted", why=str(fault))
        self._counted = now

    def _wanted(self) -> Mapping[Version, Mailbox]:
        found = self.definitions.current.all(Mailbox)
        return {("/".join(filter(None, item.key[1:])), item.version): spec for item, spec in found}

    async def _end(self, versions: list[Version]) -> None:
        tasks = [self._readers.pop(version).task for version in versions]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _terms(self, name: str, spec: Mailbox) -> Terms:
        return Terms(
            name=name,
            inbox=Inbox(spec.address.lower(), spec.workspace),
            poll=timedelta(seconds=spec.poll_seconds),
            connect=lambda: self._account(name, spec),
            forget=lambda: self.sign_ins.forget(name),
            mine=lambda: self._is_mine(name),
            archive_before=datetime.fromisoformat(f"{spec.archive_before}T00:00Z") if spec.archive_before else None,
        )

    def _is_mine(self, name: str) -> bool:
        return mine(name, [version[0] for version in self._readers], self.shared.lease.holder, self._replicas)

    async def _account(self, name: str, spec: Mailbox) -> ImapAccount:
        """An account with the secret as it is now. Raises RetryLater while there is none."""
        return ImapAccount(spec, await self.sign_ins.secret(name, spec))
