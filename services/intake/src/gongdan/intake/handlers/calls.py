"""What switchboards tell of calls: put together until a call has ended, then one message."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gongdan.intake.domain import identity
from gongdan.intake.domain.calls import Call, CallEvent, call_message, late_message, merged
from gongdan.intake.domain.events import arrival, received
from gongdan.intake.domain.reading import read
from gongdan.intake.handlers.callers import Caller, known_workspace, possible_ticket, regions
from gongdan.intake.ports import Definitions, Incoming, Receipt
from gongdan.intake.ports.calls import Calls
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.contracts.messages import MessageReceived
from gongdan.shared.definitions.workspace import Workspace
from gongdan.shared.errors import Complaint, FixInput

SILENCE = timedelta(hours=4)
REMEMBERED = timedelta(days=7)
AT_A_TIME = 100
TELLS = ("recording", "transcript")


@dataclass(frozen=True, slots=True)
class Switchboard:
    """Takes what switchboards tell. Raises FixInput, RetryLater."""

    calls: Calls
    definitions: Definitions
    clock: Clock

    async def on_event(self, body: bytes, caller: Caller) -> Receipt:
        """One event. Returns after the commit, with the id that the call's message has or will have."""
        now = self.clock.now()
        event = read(CallEvent, body, regions(self.definitions.current))
        known_workspace(self.definitions.current, event.workspace)
        possible_ticket(self.definitions.current, event.ticket)
        _says_something(event)
        when = arrival(now, occurred_at=event.at)
        source = f"cti:{caller.agent.id}"

        def change(known: Call | None, told: bool) -> tuple[Call, Incoming | None]:
            call = merged(known, event, source, now)
            if told:
                # What was known is not said again: an event that comes twice changes nothing.
                news = event.event in TELLS and call != known
                late = late_message(call, event, self._language(call)) if news else None
                return call, _incoming(late, when.occurred_at, now, caller.agent) if late else None
            return call, self._ended(call, now, caller.agent) if call.ended_at else None

        said = await self.calls.change(source, event.call_id, change, now)
        return said or Receipt(identity.message_id("call", source, event.call_id), duplicate=False)

    async def on_silence(self) -> timedelta:
        """Tell calls whose end was never told, and forget old ones; returns how long to rest."""
        now = self.clock.now()
        silent = await self.calls.silent_since(now - SILENCE, AT_A_TIME)
        for source, call_id in silent:
            await self.calls.change(source, call_id, lambda known, told: self._given_up(known, told, now), now)
        await self.calls.forget_before(now - REMEMBERED)
        return timedelta(0) if len(silent) == AT_A_TIME else timedelta(minutes=5)

    def _given_up(self, known: Call | None, told: bool, now: datetime) -> tuple[Call, Incoming | None]:
        if known is None:
            raise AssertionError("a call that was silent is known")
        return known, None if told else self._ended(known, now, Actor("agent", known.source.removeprefix("cti:")))

    def _ended(self, call: Call, now: datetime, teller: Actor) -> Incoming:
        message = call_message(call, self._language(call))
        by = Actor("agent", call.agent) if call.agent else teller
        return _incoming(message, call.began_at or now, now, by if call.direction == "out" else None)

    def _language(self, call: Call) -> str:
        found = self.definitions.current.find(Workspace, call.workspace)
        return found[1].default_locale if found else "en"


def _incoming(message: MessageReceived, at: datetime, now: datetime, actor: Actor | None) -> Incoming:
    said = received(message, arrival(now, occurred_at=at), actor)
    return Incoming(said, identity.body_hash(message.model_dump_json().encode()))


def _says_something(event: CallEvent) -> None:
    needed = {"recording": ("url", event.url), "transcript": ("text", event.text)}
    field, value = needed.get(event.event, ("event", True))
    if not value:
        complaint = Complaint(field, "is missing", f"a {event.event} comes with its {field}")
        raise FixInput("invalid-input", "the request does not fit its schema", complaint)
