"""The sessions in force: to be looked at, and to be ended at once."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Request

from gongdan.api.domain.accounts import Kept, Which
from gongdan.api.domain.audit import did
from gongdan.api.domain.views import SessionView
from gongdan.api.ports import CredentialStore, Denials
from gongdan.api.routes.faults import SIGN_IN, SIGN_IN_OR_MISSING, not_found
from gongdan.api.routes.gate import caller_of
from gongdan.shared.access.refusal import denied
from gongdan.shared.access.rights import may
from gongdan.shared.clock import Clock


def routes(store: CredentialStore, denials: Denials, clock: Clock) -> APIRouter:
    """`/auth/sessions`."""
    router = APIRouter(prefix="/auth/sessions", tags=["session"], responses=SIGN_IN)

    @router.get("")
    async def sessions(request: Request, everybody: bool = False) -> Sequence[SessionView]:
        """One's own sessions in force; everybody's, for who manages accounts."""
        caller = caller_of(request)
        wanted = None if everybody and may(caller.rights, "ManageAccounts").allowed else caller.name
        return [_view(one, caller.proved.digest) for one in await store.all("session", wanted)]

    @router.delete("/{session_id}", status_code=204, responses=SIGN_IN_OR_MISSING)
    async def revoke(session_id: UUID, request: Request) -> None:
        """End a session at once, wherever it is used."""
        caller = caller_of(request)
        whose = None if may(caller.rights, "ManageAccounts").allowed else caller.name
        entry = did(caller.rights, clock.now(), "session_revoked", str(session_id))
        if not await store.revoke(Which(kind="session", id=session_id, actor=whose), entry):
            if whose:
                denials.note(denied(caller.rights, "end a session", "it is not one's own", str(session_id)))
            raise not_found("session", "session_id", session_id, "see /auth/sessions for those there are")

    return router


def _view(one: Kept, current: str | None) -> SessionView:
    issued = one.issued
    return SessionView(
        id=one.id,
        actor=issued.actor,
        way=one.name,
        issued_at=issued.issued_at,
        ends_at=issued.ends_at,
        last_used_at=one.last_used_at,
        current=issued.digest == current,
    )
