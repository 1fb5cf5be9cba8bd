"""The door for partner systems' webhooks. No token: the signature is the proof."""

from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.handlers.callers import Caller
from gongdan.intake.handlers.hooks import Hooks
from gongdan.intake.routes.door import Door, accepted, read_body


def doors(hooks: Hooks) -> list[Door]:
    """One door for all sources."""

    async def receive(request: Request) -> Response:
        item, spec = hooks.find(request.path_params["source"])
        body = await read_body(request)
        return accepted(await hooks.on_hook(item, spec, dict(request.headers), body, Caller()))

    return [
        Door(
            "POST",
            "/intake/v1/hooks/{source}",
            receive,
            "A webhook, verified and mapped by its Source",
            ("application/json",),
            public=True,
        )
    ]
