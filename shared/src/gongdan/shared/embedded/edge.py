"""The process `front-door`: the front door, the mail catcher and its pages, in one event loop."""

import asyncio
import signal
from pathlib import Path

import aiohttp
import uvloop
from aiohttp import web
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from gongdan.shared.embedded import mailcatcher
from gongdan.shared.embedded.frontdoor import LONGEST_BODY, FrontDoor, Handler, Upstreams, open_session, server_of
from gongdan.shared.embedded.maildir import Maildir
from gongdan.shared.embedded.mailpages import MailPages, is_mail_page

DRAIN_SECONDS = 3.0


class EdgeSettings(BaseSettings):
    """Ports, all on 127.0.0.1, and the folder of caught mail."""

    model_config = SettingsConfigDict(env_prefix="GONGDAN_EDGE_", frozen=True)

    port: int
    intake_port: int
    api_port: int
    catcher_port: int
    mail_dir: str
    longest_body: int = Field(default=LONGEST_BODY, ge=1)


def handler(session: aiohttp.ClientSession, settings: EdgeSettings, maildir: Maildir) -> Handler:
    """What answers a request: the mail pages or the front door."""
    upstreams = Upstreams(f"http://127.0.0.1:{settings.intake_port}", f"http://127.0.0.1:{settings.api_port}")
    door = FrontDoor(session, upstreams, settings.longest_body)
    pages = MailPages(maildir)

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        if is_mail_page(request.raw_path):
            return await pages.handle(request)
        return await door.handle(request)

    return handle


async def serve(settings: EdgeSettings, stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then finish what is being answered."""
    maildir = Maildir(Path(settings.mail_dir))
    async with open_session() as session:
        catcher = await mailcatcher.serve(maildir, settings.catcher_port)
        server = server_of(handler(session, settings, maildir))
        runner = web.ServerRunner(server, shutdown_timeout=DRAIN_SECONDS)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", settings.port, backlog=2048).start()
        await stop.wait()
        catcher.close()
        await runner.cleanup()


async def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(EdgeSettings(), stop)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
