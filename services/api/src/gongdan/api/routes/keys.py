"""API keys of partners and scripts: shown once, kept as a hash, with roles, and ending by themselves."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from gongdan.api.domain.accounts import Kept, NewCredential, Which
from gongdan.api.domain.audit import did
from gongdan.api.domain.views import KeyView, NewKey
from gongdan.api.ports import CredentialStore, Definitions
from gongdan.api.routes.faults import SIGN_IN, SIGN_IN_OR_MISSING, not_found
from gongdan.api.routes.gate import Caller, caller_of
from gongdan.shared.access.actions import Action
from gongdan.shared.access.credentials import KEY_PREFIX, digest_of, new_secret
from gongdan.shared.access.refusal import need, not_permitted
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.access import CredentialIssued
from gongdan.shared.definitions.base import Name
from gongdan.shared.definitions.role import Role
from gongdan.shared.errors import Complaint, FixInput


class KeyInput(BaseModel):
    """A key to be made. `actions`: no action but these, though its roles allow more. `source`: its actor's."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    roles: Annotated[list[Name], Field(min_length=1, max_length=20)]
    actions: Annotated[list[Action], Field(max_length=50)] | None = None
    source: Name | None = None
    days: Annotated[int, Field(ge=1, le=730)] = 90


def routes(store: CredentialStore, definitions: Definitions, clock: Clock) -> APIRouter:
    """`/auth/keys`."""
    router = APIRouter(prefix="/auth/keys", tags=["keys"], responses=SIGN_IN)

    @router.post("", status_code=201)
    async def issue(new: KeyInput, request: Request) -> NewKey:
        """Make a key. Its secret is in this answer and nowhere else, ever."""
        caller = caller_of(request)
        _check(new, caller, definitions)
        secret, now, key_id = new_secret(KEY_PREFIX), clock.now(), uuid4()
        issued = CredentialIssued(
            digest=digest_of(secret),
            kind="key",
            actor=f"key:{new.name}",
            roles=tuple(new.roles),
            only=None if new.actions is None else tuple(new.actions),
            source=new.source or "",
            issued_at=now,
            ends_at=now + timedelta(days=new.days),
        )
        entry = did(caller.rights, now, "key_issued", new.name, {"id": str(key_id), "roles": ", ".join(new.roles)})
        await store.issue(NewCredential(key_id, new.name, issued, caller.name), entry)
        return NewKey(id=key_id, name=new.name, secret=secret, ends_at=issued.ends_at)

    @router.get("")
    async def keys(request: Request) -> Sequence[KeyView]:
        """The keys in force, without their secrets."""
        need(caller_of(request).rights, "ManageAccounts")
        return [_view(one) for one in await store.all("key", None)]

    @router.delete("/{key_id}", status_code=204, responses=SIGN_IN_OR_MISSING)
    async def revoke(key_id: UUID, request: Request) -> None:
        """Take a key out of force, at once and everywhere."""
        caller = caller_of(request)
        need(caller.rights, "ManageAccounts")
        entry = did(caller.rights, clock.now(), "key_revoked", str(key_id))
        if not await store.revoke(Which(kind="key", id=key_id), entry):
            raise not_found("key", "key_id", key_id, "see /auth/keys for those there are")

    return router


def _check(new: KeyInput, caller: Caller, definitions: Definitions) -> None:
    need(caller.rights, "ManageAccounts")
    there = {item.name for item, _ in definitions.current.all(Role)}
    unknown = sorted(set(new.roles) - there)
    if unknown:
        complaint = Complaint("roles", f"there is no role {', '.join(unknown)}", f"one of: {', '.join(sorted(there))}")
        raise FixInput("invalid-input", "the key cannot be made", complaint)
    who = caller.rights.who
    more = sorted(set(new.roles) - {grant.role for grant in who.grants if grant.workspace is None})
    if more and not who.unlimited:
        raise not_permitted(
            caller.rights, "ManageAccounts", f"you do not have {', '.join(more)} yourself", "give roles you have"
        )


def _view(one: Kept) -> KeyView:
    issued = one.issued
    return KeyView(
        id=one.id,
        name=one.name,
        roles=list(issued.roles),
        actions=None if issued.only is None else list(issued.only),
        source=issued.source or None,
        issued_by=one.issued_by,
        issued_at=issued.issued_at,
        ends_at=issued.ends_at,
        last_used_at=one.last_used_at,
    )
