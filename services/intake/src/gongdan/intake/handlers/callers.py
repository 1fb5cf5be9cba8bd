"""Who calls, and what every handler asks of what it is given."""

from collections.abc import Sequence
from dataclasses import dataclass

from gongdan.intake.domain.inputs import FileInput
from gongdan.intake.ports import Acceptor, BlobStore, Incoming, Receipt
from gongdan.shared.access.refusal import insist, need, refused
from gongdan.shared.access.rights import Rights, may_define
from gongdan.shared.access.tokens import STRANGER
from gongdan.shared.access.who import Credential
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.contracts.messages import Access, Attachment
from gongdan.shared.contracts.registry import Event
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.workspace import Workspace
from gongdan.shared.errors import Complaint, FixInput, NotAllowed


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, by what it proved. `rights` None: the proof is of another kind, such as a hook's signature.

    `key` is the Idempotency-Key.
    """

    proved: Credential = STRANGER
    rights: Rights | None = None
    key: str | None = None
    traceparent: str | None = None

    @property
    def actor(self) -> Actor | None:
        """Who it is; None for the public."""
        actor = self.proved.actor
        return None if actor.kind == "anonymous" else actor

    @property
    def agent(self) -> Actor:
        """The signed-in actor. Raises NotAllowed (401) when there is none."""
        actor = self.actor
        if actor is None:
            raise NotAllowed("sign in first", status=401)
        return actor

    @property
    def access(self) -> Access:
        """What router has to know of the caller's rights beside the definitions."""
        known = self.proved
        return Access(
            roles=known.roles, only=known.only, organisation=known.organisation, source=known.source, by=known.by
        )

    def need(self, action: str) -> None:
        """Raises NotAllowed when this caller may not do this at all: 403, or 401 for the public."""
        if self.rights is not None:
            need(self.rights, action)

    def refused(self, action: str, title: str, complaint: Complaint, about: str = "") -> NotAllowed:
        """The refusal (403) of something that this caller may not do."""
        if self.rights is None:
            return NotAllowed(title, complaint)
        return refused(self.rights, action, title, complaint, about=about)

    def need_to_define(self, kind: str, workspace: str | None) -> None:
        """Raises NotAllowed (403) when this caller may not change definitions of a kind there."""
        if self.rights is not None:
            insist(self.rights, f"change {kind}", may_define(self.rights, kind, workspace, write=True))


async def keep(acceptor: Acceptor, event: Event, body_hash: str) -> Receipt:
    """Keep an event. Raises FixInput (409) when its id was given to another body before."""
    receipt = await acceptor.accept(Incoming(event, body_hash))
    if receipt.conflict:
        complaint = Complaint(
            "Idempotency-Key",
            f"was used for another request, kept as message {receipt.message_id}",
            "send the same request again, or take a new key (external_id, webhook-id)",
        )
        raise FixInput("conflict", "the same key came with another body", complaint, status=409)
    return receipt


def known_workspace(catalog: Catalog, name: str) -> None:
    """Raises FixInput (422) when there is no such workspace."""
    if catalog.find(Workspace, name) is None:
        names = ", ".join(item.name for item, _ in catalog.all(Workspace)) or "none is defined yet"
        complaint = Complaint("workspace", f"there is no workspace {name!r}", f"one of: {names}")
        raise FixInput("unknown-workspace", "no such workspace", complaint)


def regions(catalog: Catalog) -> dict[str, str]:
    """By workspace, where telephone numbers without a country are at home."""
    return {item.name: spec.phone_region for item, spec in catalog.all(Workspace) if spec.phone_region}


def possible_ticket(catalog: Catalog, number: str | None) -> None:
    """Raises FixInput (404) when no workspace numbers its tickets so. Whether it exists only router knows."""
    if number is None:
        return
    prefixes = {spec.number_prefix for _, spec in catalog.all(Workspace)}
    if number.partition("-")[0] not in prefixes:
        cure = f"numbers look like {'-1, '.join(sorted(prefixes)) or 'GD'}-1"
        complaint = Complaint("ticket", f"no workspace has a ticket {number!r}", cure)
        raise FixInput("unknown-ticket", "no such ticket", complaint, status=404)


async def uploaded(blobs: BlobStore, files: Sequence[FileInput]) -> tuple[Attachment, ...]:
    """The attachments that uploads became. Raises FixInput (422) naming the first that was never uploaded."""
    return tuple([await _uploaded(blobs, number, file) for number, file in enumerate(files)])


async def _uploaded(blobs: BlobStore, number: int, file: FileInput) -> Attachment:
    try:
        size = await blobs.size(file.sha256)
    except KeyError as error:
        complaint = Complaint(f"attachments.{number}.sha256", "was never uploaded", "upload the file first")
        raise FixInput("unknown-upload", "no such file", complaint) from error
    return Attachment(name=file.name, content_type=file.content_type, size=size, sha256=file.sha256)
