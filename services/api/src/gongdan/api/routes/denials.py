"""Being told no: the audit keeps who asked for what."""

from fastapi import FastAPI

from gongdan.api.domain.audit import did
from gongdan.api.ports import Audit
from gongdan.shared import refusals
from gongdan.shared.access.refusal import NotPermitted
from gongdan.shared.clock import Clock


def install(app: FastAPI, audit: Audit, clock: Clock) -> None:
    """Write down every refusal for a missing right."""

    async def tell(error: NotPermitted) -> None:
        detail = {"why": error.complaints[0].problem}
        await audit.record(did(error.rights, clock.now(), "denied", error.action, detail))

    refusals.install(app, tell)
