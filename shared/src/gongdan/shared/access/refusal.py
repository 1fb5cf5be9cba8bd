"""Being told no: which action, why, and which roles have it."""

from dataclasses import dataclass

from gongdan.shared.access.rights import Rights, Verdict, may
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.errors import Complaint, NotAllowed


@dataclass(frozen=True, slots=True)
class Denied:
    """Who was told no to which action, and why; `by` really asked, where somebody acts as the actor.

    `about` is the ticket, form, file or part of a question that it was about, where it was about one.
    """

    actor: Actor
    by: str | None
    action: str
    why: str
    about: str = ""


class NotPermitted(NotAllowed):
    """Somebody may not do this: 403, or 401 for a visitor. Whoever answers requests tells the others of it."""

    def __init__(self, denied: Denied, title: str, *complaints: Complaint, status: int = 403) -> None:
        super().__init__(title, *complaints, status=status)
        self.denied = denied


def denied(rights: Rights, action: str, why: str, about: str = "") -> Denied:
    """A no to whoever has these rights."""
    return Denied(rights.who.actor, rights.by, action, why, about)


def refused(rights: Rights, action: str, title: str, *complaints: Complaint, about: str = "") -> NotPermitted:
    """The refusal (403) of something that it is not roles that forbid; the first complaint says why."""
    first = complaints[0]
    return NotPermitted(denied(rights, action, f"{first.field}: {first.problem}", about), title, *complaints)


def not_permitted(rights: Rights, action: str, why: str, cure: str) -> NotPermitted:
    """The refusal (403) of an action."""
    complaint = Complaint("action", f"{action}: {why}", cure)
    return NotPermitted(denied(rights, action, complaint.problem), f"you may not {action}", complaint)


def need(rights: Rights, action: str) -> None:
    """Raises NotPermitted when the actor may not do this at all: 403, or 401 for somebody who is not signed in."""
    insist(rights, action, may(rights, action))


def insist(rights: Rights, action: str, verdict: Verdict) -> None:
    """Raises NotPermitted, naming the action, unless the verdict is that it is allowed."""
    if verdict.allowed:
        return
    cure = f"ask for one of the roles: {', '.join(verdict.roles)}" if verdict.roles else "ask an administrator"
    if rights.who.actor.kind == "anonymous":
        complaint = Complaint("Authorization", verdict.why, "sign in first")
        raise NotPermitted(denied(rights, action, verdict.why), "sign in first", complaint, status=401)
    raise not_permitted(rights, action, verdict.why, cure)
