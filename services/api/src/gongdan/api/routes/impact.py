"""What definitions would change for the tickets that are open now. Asks only: nothing is kept."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from pydantic import JsonValue

from gongdan.api.domain.impact import Choice, Impact, chooser, with_changes
from gongdan.api.domain.views import View
from gongdan.api.ports import Definitions, OpenTickets
from gongdan.api.routes.faults import PROBLEM, SIGN_IN
from gongdan.api.routes.gate import rights_of
from gongdan.shared.access.refusal import insist
from gongdan.shared.access.rights import may_define
from gongdan.shared.definitions.catalog import Catalog, Key
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.errors import Complaint, FixInput

MOST_DOCUMENTS = 1_000
MOST_TICKETS = 50_000

Documents = Annotated[list[dict[str, JsonValue]], Body(max_length=MOST_DOCUMENTS, description="definitions")]
Deleted = Annotated[
    list[str], Query(max_length=MOST_DOCUMENTS, description="those that would not be there: `kind/workspace/name`")
]


class PolicyName(View):
    """An SlaPolicy. `workspace` None: all share it."""

    workspace: str | None
    name: str


class Move(View):
    """Tickets that would go from one policy to another; None: no policy holds. `tickets` are some of their numbers."""

    before: PolicyName | None
    after: PolicyName | None
    count: int
    tickets: list[str]


class Kept(View):
    """Open tickets of a policy that is among the definitions given: its clocks would be set anew."""

    policy: PolicyName
    count: int


class ImpactView(View):
    """What would change for open tickets. `complete` False: there are more tickets than were looked at."""

    tickets: int
    complete: bool
    moves: list[Move]
    retargeted: list[Kept]


def routes(definitions: Definitions, tickets: OpenTickets) -> APIRouter:
    """`POST /v1/definitions/impact`."""
    router = APIRouter(prefix="/v1/definitions", tags=["definitions"], responses=SIGN_IN | {422: PROBLEM})

    @router.post("/impact")
    async def impact(request: Request, documents: Documents, deleted: Deleted = []) -> ImpactView:  # noqa: B006
        """Which open tickets would fall under another SlaPolicy if these definitions were in force, and others deleted.

        Asked by those who may change these definitions; looks at the tickets of which they may see everything, since a
        policy's condition would tell what is hidden on the others.
        """
        current, rights = definitions.current, rights_of(request)
        changes, gone = _checked(documents), [_key(text, current) for text in deleted]
        for kind, workspace, _ in (*(item.key for item in changes), *gone):
            insist(rights, f"change {kind}", may_define(rights, kind, workspace or None, write=True))
        after = with_changes(current, changes, gone)
        found = await asyncio.to_thread(lambda: Impact(chooser(current), chooser(after)))
        read = 0
        async for chunk in tickets.chunks(MOST_TICKETS):
            read += len(chunk)
            await asyncio.to_thread(
                found.look_at, [ticket for ticket in chunk if rights.sight(ticket).fields.all_shown]
            )
        given = {(item.workspace or "", item.name) for item in changes if item.kind == "SlaPolicy"}
        return _view(found, given, read < MOST_TICKETS)

    return router


def _checked(documents: Sequence[dict[str, Any]]) -> list[Definition]:
    found: list[Definition] = []
    wrong: list[Complaint] = []
    for number, document in enumerate(documents):
        try:
            found.append(check(document))
        except FixInput as error:
            wrong += (Complaint(f"{number}.{one.field}", one.problem, one.cure) for one in error.complaints)
    if wrong:
        raise FixInput("invalid-definition", "not all definitions are sound", *wrong[:100])
    return found


def _key(text: str, current: Catalog) -> Key:
    """Raises FixInput (422) for what is no definition in force."""
    kind, _, rest = text.partition("/")
    workspace, _, name = rest.partition("/")
    if (kind, workspace, name) in current.items:
        return kind, workspace, name
    complaint = Complaint(
        "deleted", f"there is no definition {text[:200]!r}", "write kind/workspace/name, as its key is"
    )
    raise FixInput("invalid-input", "what is not there cannot be deleted", complaint)


def _view(found: Impact, given: set[tuple[str, str]], complete: bool) -> ImpactView:
    return ImpactView(
        tickets=found.looked_at,
        complete=complete,
        moves=[
            Move(before=_name(old), after=_name(new), count=count, tickets=found.examples[old, new])
            for (old, new), count in found.moves.most_common()
        ],
        retargeted=[
            Kept(policy=PolicyName(workspace=key[0] or None, name=key[1]), count=count)
            for key, count in found.stays.most_common()
            if key in given
        ],
    )


def _name(choice: Choice) -> PolicyName | None:
    return PolicyName(workspace=choice[0] or None, name=choice[1]) if choice else None
