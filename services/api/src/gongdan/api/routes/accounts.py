"""Accounts of people who sign in with a password. What they may do is their Agent's or the contact's role."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from gongdan.api.domain.accounts import SHORTEST_PASSWORD, AccountChange
from gongdan.api.domain.views import SecondFactor
from gongdan.api.handlers.managing import Managing
from gongdan.api.routes.faults import SIGN_IN
from gongdan.api.routes.gate import Caller, caller_of
from gongdan.api.routes.session import Address
from gongdan.shared.access.refusal import need, not_permitted

Password = Annotated[SecretStr, Field(min_length=SHORTEST_PASSWORD, max_length=1_000)]
Domain = Annotated[str, StringConstraints(to_lower=True, pattern=r"^$|^[^@\s]+\.[^@\s]+$", max_length=253)]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AccountInput(_Input):
    """An account to be made or changed; what is left out stays as it is."""

    password: Password | None = None
    organisation: Domain | None = None
    active: bool | None = None
    without_second_factor: bool = False


class PasswordInput(_Input):
    """A new password for one's own account."""

    old: SecretStr = Field(max_length=1_000)
    new: Password


class CodeInput(_Input):
    """A code of the second factor."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\d{6}$")]


def routes(managing: Managing) -> APIRouter:
    """`/auth/accounts`, `/auth/password` and `/auth/second-factor`."""
    router = APIRouter(prefix="/auth", tags=["accounts"], responses=SIGN_IN)

    @router.put("/accounts/{email}", status_code=204)
    async def put(email: Address, given: AccountInput, request: Request) -> None:
        """Create or change an account. A new password, or an end, ends its sessions at once."""
        caller = caller_of(request)
        need(caller.rights, "ManageAccounts")
        await managing.on_change(email, _change(given), caller.rights)

    @router.post("/password", status_code=204)
    async def change_password(given: PasswordInput, request: Request) -> None:
        """Change one's own password; all one's sessions end."""
        caller = _oneself(request)
        old, new = given.old.get_secret_value(), given.new.get_secret_value()
        await managing.on_password(caller.rights, old, new)

    @router.post("/second-factor")
    async def begin(request: Request) -> SecondFactor:
        """A new secret for an authenticator; it counts once a code of it was confirmed."""
        caller = _oneself(request)
        secret, uri = await managing.on_second_factor(caller.rights)
        return SecondFactor(secret=secret, uri=uri)

    @router.post("/second-factor/confirm", status_code=204)
    async def confirm(given: CodeInput, request: Request) -> None:
        """From now on signing in needs a code."""
        caller = _oneself(request)
        await managing.on_confirmation(caller.rights, given.code)

    return router


def _oneself(request: Request) -> Caller:
    """Who asks. Raises NotPermitted when that is somebody who acts as another."""
    caller = caller_of(request)
    if caller.proved.credential.by:
        why, cure = "only in one's own session", "sign in as yourself"
        raise not_permitted(caller.rights, "ManageAccounts", why, cure)
    return caller


def _change(given: AccountInput) -> AccountChange:
    return AccountChange(
        what=", ".join(sorted(given.model_fields_set)),
        password=given.password.get_secret_value() if given.password else None,
        organisation=given.organisation,
        active=given.active,
        without_second_factor=given.without_second_factor,
    )
