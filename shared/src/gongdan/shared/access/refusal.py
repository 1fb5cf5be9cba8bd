"""Being told no: which action, why, and which roles have it."""

from gongdan.shared.access.rights import Rights, Verdict, may
from gongdan.shared.errors import Complaint, NotAllowed


class NotPermitted(NotAllowed):
    """Somebody who is known may not do this (403). Whoever answers requests tells the others of it."""

    def __init__(self, rights: Rights, action: str, why: str, cure: str) -> None:
        super().__init__(f"you may not {action}", Complaint("action", f"{action}: {why}", cure))
        self.rights = rights
        self.action = action


def need(rights: Rights, action: str) -> None:
    """Raises NotAllowed when the actor may not do this at all: 403, or 401 for somebody who is not signed in."""
    insist(rights, action, may(rights, action))


def insist(rights: Rights, action: str, verdict: Verdict) -> None:
    """Raises NotAllowed, naming the action, unless the verdict is that it is allowed."""
    if verdict.allowed:
        return
    cure = f"ask for one of the roles: {', '.join(verdict.roles)}" if verdict.roles else "ask an administrator"
    if rights.who.actor.kind == "anonymous":
        raise NotAllowed("sign in first", Complaint("Authorization", verdict.why, "sign in first"), status=401)
    raise NotPermitted(rights, action, verdict.why, cure)
