"""The door for what was refused because its key had been used for something else."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.ports.conflicts import Conflicts
from gongdan.intake.routes.door import Door, Gate, answer
from gongdan.shared.errors import Complaint, FixInput

PAGE = 100


def doors(conflicts: Conflicts, gate: Gate) -> list[Door]:
    """One door, for those who look after quarantine."""

    async def listed(request: Request) -> Response:
        await gate.agent(request, "ReadQuarantine")
        found = await conflicts.latest(_before(request), PAGE)
        following = found[-1].id if len(found) == PAGE else None
        return answer({"conflicts": [asdict(one) for one in found], "next": following})

    return [
        Door(
            "GET",
            "/intake/v1/conflicts",
            listed,
            "Requests that were refused because their key had come with another body, latest first",
            answers=200,
            query=(("before", "`next` of the page before"),),
        )
    ]


def _before(request: Request) -> int | None:
    given = request.query_params.get("before")
    if given is None:
        return None
    if not (given.isdecimal() and given.isascii() and len(given) <= 18):
        complaint = Complaint("before", f"{given[:40]!r} is no place in the list", "take `next` of the page before")
        raise FixInput("invalid-input", "the request does not fit its schema", complaint)
    return int(given)
