"""What became of a message that the demo sent: whether anything is missing, and how to tell it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gongdan.shared.embedded.client import Json

ANSWERED = frozenset({"email", "form", "api"})
CLOCKS = frozenset({"first_response", "resolution"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was accepted. `requester` is who asks: an address or a phone number, of this demo alone.

    `message_id` is None for a mail that was set aside; `accepted_ms` is how long its sender waited to hear that it is
    kept.
    """

    channel: str
    requester: str
    message_id: str | None = None
    accepted_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """What became of a message: its outcome and ticket as api tells them, and what is missing; empty when well."""

    sent: Sent
    message: Json
    ticket: Json
    missing: tuple[str, ...]


def missing(ticket: Json, channel: str) -> tuple[str, ...]:
    """What a ticket lacks of what every new ticket must get; callers and systems get no acknowledgement."""
    timed = {clock["metric"] for clock in ticket["clocks"] if clock["due_at"]}
    thanked = any(_is_acknowledgement(one) and one["state"] == "sent" for one in ticket["deliveries"])
    failed = [one for one in ticket["deliveries"] if one["state"] == "failed"]
    checks = {
        "no assignee": not ticket["assignee"],
        "no due time for " + ", ".join(sorted(CLOCKS - timed)): bool(CLOCKS - timed),
        "no acknowledgement sent": channel in ANSWERED and not thanked,
        f"{len(failed)} deliveries failed": bool(failed),
    }
    return tuple(problem for problem, present in checks.items() if present)


def stages(story: Story) -> dict[str, float | None]:
    """Milliseconds: accepted (handed in until kept), decided, visible, acknowledged (kept until the mail is out)."""
    told = story.message.get("stages", {})
    sent = [one["recorded_at"] for one in story.ticket.get("deliveries", ()) if _is_acknowledgement(one)]
    kept = story.message.get("recorded_at")
    acknowledged = _between(kept, sent[0]) if kept and sent else None
    known = {name: told.get(f"{name}_ms") for name in ("decided", "visible")}
    return {"accepted": story.sent.accepted_ms, **known, "acknowledged": acknowledged}


def tell(stories: Sequence[Story], say: Callable[[str], None]) -> bool:
    """Print what became of each message; whether all went well."""
    for story in stories:
        say(_headline(story))
        for line in _details(story):
            say(f"    {line}")
        say("")
    return not any(story.missing for story in stories)


def _headline(story: Story) -> str:
    mark = "!!" if story.missing else "ok"
    where = f"{story.message.get('how')} {story.ticket['number']}" if story.ticket else "no ticket"
    return f"{mark}  {story.sent.channel:<8} {where}  {story.ticket.get('subject', '')}"


def _details(story: Story) -> list[str]:
    lines = [f"MISSING      {problem}" for problem in story.missing]
    if story.ticket:
        ticket = story.ticket
        due = ", ".join(f"{c['metric']} {_local(c['due_at'])}" for c in ticket["clocks"] if c["due_at"])
        sent = ", ".join(f"{d['purpose']} to {d['recipient']} {d['state']}" for d in ticket["deliveries"])
        took = ", ".join(f"{name} {ms:.0f} ms" for name, ms in stages(story).items() if ms is not None)
        lines += [
            f"class        {ticket['category'] or 'none'}, priority {ticket['priority']}, team {ticket['team'] or '-'}",
            f"assignee     {ticket['assignee'] or 'nobody'}",
            f"due          {due or 'never'}",
            f"deliveries   {sent or 'none'}",
            f"latency      {took or 'unknown'}",
        ]
    return lines


def _is_acknowledgement(delivery: Json) -> bool:
    return bool(delivery["purpose"] == "acknowledgement")


def _between(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds() * 1000


def _local(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%m-%d %H:%M}"
