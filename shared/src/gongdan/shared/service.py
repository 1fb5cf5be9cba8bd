"""How a service lives: its parts start in order, serve, and on SIGTERM drain in reverse order.

A part that meets a passing fault at start (database or broker not there yet) is tried again; meanwhile
`/livez` answers 200 and `/readyz` says what is being waited for.
"""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import structlog
import uvicorn
import uvloop
from starlette.applications import Starlette

from gongdan.shared import log as log_lines
from gongdan.shared.clock import Clock, SystemClock
from gongdan.shared.cycles import look_for_cycles_seldom
from gongdan.shared.errors import GongdanError, RetryLater, StopService
from gongdan.shared.front_gate import FrontGate
from gongdan.shared.health import Health
from gongdan.shared.http_bounds import BoundedProtocol
from gongdan.shared.settings import BaseServiceSettings, from_environment

log = structlog.get_logger()

WORTH_A_LOOK = 10.0

Settings = TypeVar("Settings", bound=BaseServiceSettings)


class Part(Protocol):
    """One thing a service is made of."""

    name: str

    async def start(self) -> None:
        """Become useful. Raises RetryLater while something outside is missing."""
        ...

    async def stop(self) -> None:
        """Finish what was begun and let go. Never raises."""
        ...


@dataclass(slots=True)
class Service:
    """A process: an HTTP application (at least health and metrics) and the parts behind it.

    `protocol` is what each HTTP connection is served by.
    """

    name: str
    settings: BaseServiceSettings
    app: Starlette
    health: Health
    parts: Sequence[Part]
    protocol: type[BoundedProtocol] = BoundedProtocol
    _started: list[Part] = field(default_factory=list)

    async def start_parts(self) -> None:
        """Start all parts in order, waiting for what is missing."""
        for part in self.parts:
            await self._start(part)
            self._started.append(part)
        self.health.ready()
        log.info("service_ready")

    async def _start(self, part: Part) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        while True:
            try:
                self.health.waiting(part.name)
                await part.start()
            except RetryLater as fault:
                self.health.waiting(f"{part.name}: {fault}")
                # Services start in any order; only what takes long is worth a look.
                tell = log.warning if loop.time() - began > WORTH_A_LOOK else log.info
                tell("part_waits", part=part.name, why=str(fault))
                await asyncio.sleep(fault.delay.total_seconds())
            else:
                return

    async def stop_parts(self) -> None:
        """Stop what was started, last first."""
        self.health.waiting("stopping")
        while self._started:
            part = self._started.pop()
            try:
                async with asyncio.timeout(self.settings.drain_timeout.total_seconds()):
                    await part.stop()
            except TimeoutError:
                log.warning("part_did_not_drain", part=part.name)

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT. Raises StopService when going on would do harm."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        server = http_server(self)
        serving = asyncio.create_task(server.serve(), name="http")
        starting = asyncio.create_task(self.start_parts(), name="start")
        waiting = asyncio.create_task(stop.wait(), name="signal")
        failed = asyncio.create_task(self.health.failed(), name="failed")
        try:
            await _first_end(serving, starting, waiting, failed)
        finally:
            self.health.stopping.set()
            server.should_exit = True
            starting.cancel()
            with contextlib.suppress(asyncio.CancelledError, GongdanError):
                await starting
            await asyncio.gather(serving, return_exceptions=True)
            await self.stop_parts()
            log.info("service_stopped")


async def _first_end(
    serving: "asyncio.Task[None]", starting: "asyncio.Task[None]", *ends: "asyncio.Task[bool]"
) -> None:
    """Wait until HTTP ends, the start fails, a signal comes, or a part gives up."""
    pending = {serving, starting, *ends}
    while True:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        if done - {starting}:
            return


class _HttpServer(uvicorn.Server):
    """Uvicorn without its signal handlers: the service decides when to stop. Says in our way where it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        await super().startup(sockets=sockets)
        log.info("http_listens", host=self.config.host, port=self.config.port)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


def http_server(service: Service) -> uvicorn.Server:
    """What answers for a service. Who asks is whom `trusted_proxies` say they saw, else who is connected."""
    settings = service.settings
    config = uvicorn.Config(
        FrontGate(service.app, service.health),
        host=settings.http_host,
        port=settings.http_port,
        http=service.protocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=int(settings.drain_timeout.total_seconds()),
        timeout_keep_alive=30,
        backlog=2048,
    )
    return _HttpServer(config)


def launch(name: str, kind: type[Settings], build: Callable[[Settings, Clock], Service]) -> None:
    """What a service's `__main__` does: read the settings, begin the log, run what `build` makes of them."""
    settings = from_environment(kind)
    log_lines.configure(name, settings.log_format, settings.log_level)
    main(build(settings, SystemClock()))


def main(service: Service) -> None:
    """Run a service as this process; ends with exit status 1 and one line when it must stop."""
    look_for_cycles_seldom()
    os.nice(service.settings.niceness)
    try:
        with uvicorn_loop() as runner:
            runner.run(service.run())
    except StopService as error:
        log.error("service_gave_up", why=str(error))
        raise SystemExit(1) from None


def uvicorn_loop() -> asyncio.Runner:
    """A runner on uvloop."""
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)
