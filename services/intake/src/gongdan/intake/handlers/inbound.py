"""API messages, phone logs and agents' commands."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from gongdan.intake.domain import identity, normalise
from gongdan.intake.domain.commands import files_of
from gongdan.intake.domain.events import arrival, commanded, received
from gongdan.intake.domain.inputs import TICKET_NUMBER, NewCall, NewMessage
from gongdan.intake.domain.reading import read, read_command
from gongdan.intake.handlers.callers import Caller, keep, known_workspace, possible_ticket, regions, uploaded
from gongdan.intake.handlers.in_turn import InTurn
from gongdan.intake.ports import Acceptor, BlobStore, Definitions, Receipt
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.errors import Complaint, FixInput


@dataclass(frozen=True, slots=True)
class Inbound:
    """Each `on_` takes the raw body and returns after the commit. Raises FixInput, SlowDown, RetryLater."""

    acceptor: Acceptor
    definitions: Definitions
    blobs: BlobStore
    clock: Clock
    fresh_id: Callable[[], UUID]
    turns: InTurn = field(default_factory=InTurn)

    async def on_message(self, body: bytes, caller: Caller, otherwise: str | None = None) -> Receipt:
        """An API client's message. `otherwise` is its external id where neither caller nor message has one."""
        return await self.turns.do(len(body), self._message, body, caller, otherwise)

    async def on_call(self, body: bytes, caller: Caller) -> Receipt:
        """A telephone call that an agent logs."""
        return await self.turns.do(len(body), self._call, body, caller)

    async def _message(self, body: bytes, caller: Caller, otherwise: str | None) -> Receipt:
        new, client = read(NewMessage, body), caller.agent
        _own_name_only(new, caller)
        known_workspace(self.definitions.current, new.workspace)
        possible_ticket(self.definitions.current, new.ticket)
        files = await uploaded(self.blobs, new.attachments)
        external_id = self._external_id(caller, new.external_id or otherwise)
        message = normalise.from_api(new, _client(client), external_id, files)
        when = arrival(self.clock.now(), caller.traceparent, new.occurred_at)
        return await keep(self.acceptor, received(message, when), identity.body_hash(body))

    async def _call(self, body: bytes, caller: Caller) -> Receipt:
        new = read(NewCall, body, regions(self.definitions.current))
        if new.party is None:
            raise _no_party(new)
        known_workspace(self.definitions.current, new.workspace)
        possible_ticket(self.definitions.current, new.ticket)
        message = normalise.from_call(new, self._external_id(caller, new.call_id))
        when = arrival(self.clock.now(), caller.traceparent, new.occurred_at)
        actor = caller.agent if new.direction == "out" else None
        return await keep(self.acceptor, received(message, when, actor), identity.body_hash(body))

    async def on_command(self, ticket: str, body: bytes, caller: Caller) -> Receipt:
        """What an agent asks of a ticket."""
        if not re.fullmatch(TICKET_NUMBER, ticket):
            complaint = Complaint("ticket", f"{ticket!r} is no ticket number", "name it like GD-1")
            raise FixInput("unknown-ticket", "no such ticket", complaint, status=404)
        possible_ticket(self.definitions.current, ticket)
        asked = read_command(body)
        caller.need(asked.command)
        files = await uploaded(self.blobs, files_of(asked))
        external_id = self._external_id(caller, asked.external_id)
        message_id = identity.message_id("command", ticket, external_id)
        command = normalise.command_received(asked, ticket, message_id, files, caller.access)
        when = arrival(self.clock.now(), caller.traceparent)
        return await keep(self.acceptor, commanded(command, caller.agent, when), identity.body_hash(body))

    def _external_id(self, caller: Caller, given: str | None) -> str:
        """The caller's key for the request, its id for the thing, or a fresh one: then every request is new."""
        return caller.key or given or str(self.fresh_id())


def _client(actor: Actor) -> str:
    """What messages of this client are kept under: an agent's name, or the kind and name of another caller."""
    return actor.id if actor.kind == "agent" else str(actor)


def _own_name_only(new: NewMessage, caller: Caller) -> None:
    """Raises NotAllowed (403) for a contact who writes in another's name, or for whom a ticket is named unseen.

    Only agents may put a message on any ticket; others answer on theirs with the command Reply, which is asked there.
    """
    actor = caller.agent
    if actor.kind == "contact" and normalise.person(new.requester).key != actor.id:
        complaint = Complaint("requester", "is somebody else", f"leave it to {actor.id}")
        raise caller.refused("OpenTicket", "you may only write in your own name", complaint)
    if actor.kind != "agent" and new.ticket is not None:
        complaint = Complaint("ticket", "may be named by agents only", "answer on it with the command Reply")
        raise caller.refused("Reply", "you may not put a message on this ticket", complaint, new.ticket)


def _no_party(new: NewCall) -> FixInput:
    field = "from" if new.direction == "in" else "to"
    complaint = Complaint(field, f"is missing in a call {new.direction}", "give the other party's number")
    return FixInput("invalid-input", "the request does not fit its schema", complaint)
