"""A telephone call as its switchboard tells of it, bit by bit and in any order: all of it makes one call.

Merging is the same in whatever order events come, and an event that comes twice changes nothing. A call is told to the
others when it has ended, so that there is one message with everything; what comes later (a recording, a transcript) is
a machine's message on the same ticket. A call out that nobody answered is a machine's too: it reached nobody.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from gongdan.intake.domain import conversation, identity, limits
from gongdan.intake.domain.inputs import CallNumbers, Label, Reference, Subject, TicketNumber
from gongdan.intake.domain.normalise import CALLS
from gongdan.shared.contracts.messages import Automatic, MessageReceived, Person, Priority, Thread
from gongdan.shared.definitions.base import Name

Happening = Literal["ringing", "answered", "ended", "recording", "transcript"]
Result = Literal["answered", "missed", "busy", "failed", "voicemail"]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\x00-\x1f]+$", max_length=2_000)]
Transcript = Annotated[str, StringConstraints(min_length=1, max_length=limits.TEXT), AfterValidator(limits.clean)]
LONGEST_CALL = timedelta(hours=24)

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "in": "Call from {who}", "out": "Call to {who}", "nobody": "a withheld number",
        "answered_in": "Answered by {agent}", "answered_out": "Made by {agent}",
        "ended": "Lasted {length}", "missed": "Not answered", "busy": "The line was busy", "failed": "Not put through",
        "voicemail": "A message was left", "recording": "Recording: {url}", "transcript": "Transcript:",
    },
    "zh": {
        "in": "{who} 来电", "out": "致电 {who}", "nobody": "未显示的号码",
        "answered_in": "接听人:{agent}", "answered_out": "拨打人:{agent}",
        "ended": "通话时长 {length}", "missed": "未接听", "busy": "对方忙线", "failed": "未接通",
        "voicemail": "已留言", "recording": "录音:{url}", "transcript": "通话记录:",
    },
}  # fmt: skip


class CallEvent(CallNumbers):
    """What a switchboard says of a call. `at` is when it happened; `call_id` is the same in all events of a call."""

    event: Happening
    call_id: Reference
    at: AwareDatetime | None = None
    agent: Label | None = None
    name: Label | None = None
    result: Result | None = None
    duration_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None
    url: Url | None = None
    text: Transcript | None = None
    subject: Subject = ""
    ticket: TicketNumber | None = None
    priority: Priority | None = None


class Call(BaseModel):
    """What is known of a call. Times are when things happened."""

    model_config = ConfigDict(frozen=True)

    source: str
    call_id: str
    workspace: Name
    direction: Literal["in", "out"] = "in"
    party: str | None = None
    line: str | None = None
    name: str | None = None
    agent: str | None = None
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    result: Result | None = None
    seconds: int | None = None
    recordings: tuple[str, ...] = ()
    transcript: str | None = None
    subject: str = ""
    ticket: str | None = None
    priority: Priority | None = None

    @property
    def began_at(self) -> datetime | None:
        """The first that is known of it."""
        return min((at for at in (self.rang_at, self.answered_at, self.ended_at) if at), default=None)

    @property
    def spoken(self) -> bool:
        """Whether somebody spoke with somebody."""
        return self.answered_at is not None or self.result == "answered" or (self.result is None and bool(self.seconds))

    @property
    def length(self) -> int | None:
        """Seconds spoken: as told, else from answered to ended."""
        if self.seconds is not None or self.answered_at is None or self.ended_at is None:
            return self.seconds
        return int(min(max(self.ended_at - self.answered_at, timedelta()), LONGEST_CALL).total_seconds())


def merged(known: Call | None, event: CallEvent, source: str, now: datetime) -> Call:
    """The call with what one more event says. What was known stays: a later event adds, and takes nothing back."""
    call = known or Call(source=source, call_id=event.call_id, workspace=event.workspace, direction=event.direction)
    at = min(event.at or now, now)
    # A first event that says nothing of numbers says nothing of the direction either.
    direction = event.direction if call.party is None and event.party is not None else call.direction
    return call.model_copy(
        update={
            "direction": direction,
            "party": call.party or event.party,
            "line": call.line or event.line,
            "name": call.name or event.name,
            "agent": (event.agent or call.agent) if event.event == "answered" else (call.agent or event.agent),
            "rang_at": _first(call.rang_at, at, event.event == "ringing"),
            "answered_at": _first(call.answered_at, at, event.event == "answered"),
            "ended_at": _first(call.ended_at, at, event.event == "ended"),
            "result": call.result or event.result,
            "seconds": call.seconds if call.seconds is not None else event.duration_seconds,
            "recordings": _added(call.recordings, event.url),
            "transcript": call.transcript or event.text,
            "subject": call.subject or event.subject,
            "ticket": call.ticket or event.ticket,
            "priority": call.priority or event.priority,
        }
    )


def call_message(call: Call, language: str) -> MessageReceived:
    """The one message of a call that has ended."""
    reached = call.direction == "in" or call.spoken
    text = told(call, language)
    return _message(call, call.call_id, text, Automatic.NO if reached else Automatic.AUTO_REPLY).model_copy(
        update={"subject": call.subject or text.partition("\n")[0], "fields": _facts(call)}
    )


def late_message(call: Call, event: CallEvent, language: str) -> MessageReceived:
    """What became known after the call had been told: a recording or a transcript, as a machine's message."""
    words = WORDS[language]
    text = words["recording"].format(url=event.url) if event.url else f"{words['transcript']}\n{event.text}"
    part = event.url or event.event
    return _message(call, f"{call.call_id}/{identity.body_hash(part.encode())[:16]}", text, Automatic.AUTO_REPLY)


def told(call: Call, language: str) -> str:
    """A call in words."""
    words = WORDS[language]
    who = " ".join(one for one in (call.name, call.party) if one) or words["nobody"]
    lines = [words[call.direction].format(who=who)]
    if call.spoken and call.agent:
        lines.append(words[f"answered_{call.direction}"].format(agent=call.agent))
    if call.spoken and call.length is not None:
        lines.append(words["ended"].format(length=f"{call.length // 60}:{call.length % 60:02}"))
    if not call.spoken:
        lines.append(words[call.result or "missed"])
    lines += [words["recording"].format(url=url) for url in call.recordings]
    if call.transcript:
        lines += [words["transcript"], call.transcript]
    return "\n".join(lines)[: limits.TEXT]


def _message(call: Call, external_id: str, text: str, automatic: Automatic) -> MessageReceived:
    thread = conversation.of_thread("call", CALLS, call.call_id)
    return MessageReceived(
        message_id=identity.message_id("call", call.source, external_id),
        channel="call",
        source=call.source,
        external_id=external_id,
        conversation_key=conversation.of_ticket(call.ticket) if call.ticket else thread,
        workspace=call.workspace,
        direction=call.direction,
        requester=Person(name=call.name, phone=call.party, id=None if call.party else f"{call.source}:{call.call_id}"),
        subject=call.subject or text.partition("\n")[0][: limits.SUBJECT],
        text=text,
        reply_text=text,
        thread=Thread(ticket_number=call.ticket),
        priority=call.priority,
        automatic=automatic,
    )


def _facts(call: Call) -> dict[str, JsonValue]:
    facts: dict[str, JsonValue] = {
        "call_result": "answered" if call.spoken else call.result or "missed",
        "call_seconds": call.length if call.spoken else None,
        "call_agent": call.agent,
        "call_line": call.line,
        "call_recording": call.recordings[0] if call.recordings else None,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _first(known: datetime | None, at: datetime, happened: bool) -> datetime | None:
    if not happened:
        return known
    return min(known, at) if known else at


def _added(known: tuple[str, ...], url: str | None) -> tuple[str, ...]:
    return known if url is None or url in known or len(known) >= limits.FILES else (*known, url)
