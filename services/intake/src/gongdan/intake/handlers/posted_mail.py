"""Mails that a mail provider posts: out of its envelope, and then the way of all mail."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import orjson

from gongdan.intake.domain import posted_mail
from gongdan.intake.domain.answers import JSON, Proven, Reply
from gongdan.intake.domain.mail.inboxes import DEFAULT_WORKSPACE, Directory
from gongdan.intake.domain.mail.message import Inbox, RawMail
from gongdan.intake.domain.posted_mail import Confirmation, Posted, PostedMail
from gongdan.intake.handlers.beside import beside
from gongdan.intake.handlers.proving import Proving
from gongdan.intake.ports import Receipt
from gongdan.intake.ports.egress import Fetch
from gongdan.intake.ports.quarantine import SetAside
from gongdan.shared.clock import Clock
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.source import Source
from gongdan.shared.errors import Complaint, FixInput


class MailTaker(Protocol):
    """Takes raw mails: each becomes a message or is set aside."""

    def directory(self) -> Directory:
        """The inboxes as they are defined now."""
        ...

    async def take(self, mail: RawMail) -> object:
        """One mail for one inbox. Returns after the commit. Raises SlowDown, RetryLater."""
        ...

    async def release(self, entry: SetAside, raw: bytes) -> Receipt:
        """Read a mail that was set aside, whatever becomes of it. Raises FixInput, SlowDown, RetryLater."""
        ...


@dataclass(frozen=True, slots=True)
class PostedMails:
    """Every recipient's inbox gets the mail; a mail for none of them is for the Source's workspace."""

    mails: MailTaker
    proving: Proving
    fetch: Fetch
    clock: Clock

    async def on_mail(self, item: Definition, spec: Source, proven: Proven) -> Reply:
        """What a provider posted. Returns after the commit. Raises FixInput, SlowDown, RetryLater."""
        try:
            posted = await beside(len(proven.proof.body), _posted, spec, proven)
        except FixInput as error:
            await self.proving.set_aside(item, spec, proven.request, error.slug, str(error), proven=True)
            raise
        if isinstance(posted, Confirmation):
            await self.fetch.get(posted.url)
            return Reply(200, JSON, orjson.dumps({"confirmed": True}))
        for mail in posted:
            for inbox in self._inboxes(item, mail):
                await self.mails.take(RawMail(mail.raw, inbox, self.clock.now(), mail.sender))
        return Reply(200, JSON, orjson.dumps({"mails": len(posted)}))

    async def release(self, item: Definition, spec: Source, proven: Proven, entry: SetAside) -> Receipt:
        """The mail in a request that was set aside. Raises FixInput (422) when it holds none."""
        posted = await beside(len(proven.proof.body), _posted, spec, proven)
        if isinstance(posted, Confirmation) or not posted:
            complaint = Complaint("body", "holds no mail", "discard this entry")
            raise FixInput("no-message", "this request is no message", complaint)
        inbox = self._inboxes(item, posted[0])[0]
        as_mail = replace(entry, channel="email", source=inbox.address, sender=posted[0].sender)
        return await self.mails.release(as_mail, posted[0].raw)

    def _inboxes(self, item: Definition, mail: PostedMail) -> Sequence[Inbox]:
        known = self.mails.directory().inboxes(mail.recipients)
        address = mail.recipients[0].lower() if mail.recipients else item.name
        return known or (Inbox(address, item.workspace or DEFAULT_WORKSPACE),)


def _posted(spec: Source, proven: Proven) -> Posted:
    """What a request holds. Raises FixInput."""
    content_type = proven.request.headers.get("content-type", "")
    return posted_mail.mails_in(spec.provider or "raw", content_type, proven.proof.body)
