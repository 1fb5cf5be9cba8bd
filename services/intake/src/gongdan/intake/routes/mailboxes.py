"""The door for how mailboxes are doing."""

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.ports import Definitions
from gongdan.intake.ports.mailboxes import Standings
from gongdan.intake.routes.door import Door, Gate, answer
from gongdan.shared.access.refusal import insist
from gongdan.shared.access.rights import may_define
from gongdan.shared.definitions.mailbox import Mailbox

SHOWN = ("state", "cause", "detail", "since", "told_at", "read_at", "failures", "next_try", "holder")


def doors(definitions: Definitions, standings: Standings, gate: Gate) -> list[Door]:
    """For whoever may read the definitions of mailboxes."""

    async def listed(request: Request) -> Response:
        caller = await gate.agent(request)
        if caller.rights is not None:
            insist(caller.rights, "read Mailbox", may_define(caller.rights, "Mailbox"))
        return answer({"mailboxes": list(_shown(definitions, await standings.all()))})

    return [Door("GET", "/intake/v1/mailboxes", listed, "How each mailbox is doing", answers=200)]


def _shown(definitions: Definitions, known: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for item, spec in definitions.current.all(Mailbox):
        standing = known.get(item.name, {})
        yield {
            "name": item.name,
            "address": spec.address,
            "server": f"{spec.host}:{spec.port}",
            "folder": spec.folder,
            "state": "new",
        } | {name: standing[name] for name in SHOWN if name in standing}
