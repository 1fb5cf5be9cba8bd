"""`gongdan up`: everything on this machine, in the foreground, until Ctrl-C."""

import asyncio
import signal
import time
from datetime import datetime

import typer

from gongdan.shared.embedded.commands.where import told_plainly, where_of
from gongdan.shared.embedded.errors import unwritable
from gongdan.shared.embedded.installation import Installation, UnitMaker, own_environment, service_units
from gongdan.shared.embedded.layout import open_data_dir
from gongdan.shared.embedded.supervisor import Supervisor


def up(context: typer.Context) -> None:
    """Start everything on this machine and stay in the foreground; Ctrl-C stops it all."""
    where = where_of(context)
    with told_plainly():
        installation = Installation(open_data_dir(where.folder), where.ports, environment=own_environment())
        try:
            asyncio.run(run(installation, where.command_line()))
        except OSError as error:
            raise unwritable(installation.data.root, error) from error


async def run(installation: Installation, program: str, services: UnitMaker = service_units) -> None:
    """Bring the installation up, say how to reach it, and take it down on SIGINT or SIGTERM; a second one kills."""
    supervisor = Supervisor(installation, announce, services)
    stop = _on_signals(supervisor)
    began = time.monotonic()
    starting = asyncio.create_task(supervisor.start())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        announce("gongdan", "stopping before it was ready")
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return
    starting.result()
    announce("gongdan", f"ready after {time.monotonic() - began:.1f} s")
    typer.echo(welcome(installation, program))
    await stopping
    announce("gongdan", "stopping")
    await supervisor.stop()
    announce("gongdan", "stopped; all data is kept")


def announce(name: str, text: str) -> None:
    """One line of the foreground's log."""
    typer.echo(f"{datetime.now().astimezone():%H:%M:%S}  {name:<11} {text}")


def welcome(installation: Installation, program: str) -> str:
    """What a newcomer needs: addresses, the token's file, three lines to try."""
    ports, url = installation.ports, installation.front_url
    return "\n".join(
        [
            "",
            f"  tickets       {url}",
            f"  caught mail   {url}/mail",
            f"  mail to       127.0.0.1:{ports.smtp} (SMTP), for anybody @gongdan.localhost",
            f"  admin token   {installation.data.admin_token}",
            f"  log files     {installation.data.logs}",
            "",
            "Try, in another terminal:",
            "",
            f'  {program} send mail --subject "打印机坏了" --text "三楼的打印机不工作, urgent please."',
            f"  {program} get tickets",
            f"  {program} demo",
            "",
            "Ctrl-C stops everything.",
            "",
        ]
    )


def _on_signals(supervisor: Supervisor) -> asyncio.Event:
    stop = asyncio.Event()

    def heard() -> None:
        if stop.is_set():
            supervisor.kill_now()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, heard)
    return stop
