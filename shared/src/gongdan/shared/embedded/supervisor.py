"""Brings an installation up and keeps it up: PostgreSQL and the broker, then the services.

Whatever it starts ends with it, also when it is killed itself (Linux).
"""

import asyncio
import contextlib
import time
from collections.abc import Iterable, Sequence
from functools import partial

from gongdan.shared.embedded import log_files, preflight
from gongdan.shared.embedded.broker import embedded_broker
from gongdan.shared.embedded.errors import FixSetup
from gongdan.shared.embedded.folder_lock import FolderLock
from gongdan.shared.embedded.growth import Growth
from gongdan.shared.embedded.installation import Installation, UnitMaker, front_door_unit, service_units
from gongdan.shared.embedded.keeper import Announce, Keeper, Pace, State
from gongdan.shared.embedded.postgres import Postgres
from gongdan.shared.embedded.units import Unit

START_SECONDS = 300.0
SERVICE_GRACE = 6.0
BASE_GRACE = {"broker": 0.5, "postgres": 2.5}
ENDING_SECONDS = 1.0
HOUSEKEEPING_SECONDS = 2.0


class Supervisor:
    """One installation, running. `services` makes the units that need the database and the broker."""

    def __init__(
        self,
        installation: Installation,
        announce: Announce,
        services: UnitMaker = service_units,
        pace: Pace | None = None,
    ) -> None:
        self.installation = installation
        self._announce = announce
        self._services = services
        self._pace = pace
        self._lock = FolderLock(installation.data)
        self._base: list[Keeper] = []
        self._apps: list[Keeper] = []
        self._housekeeping: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start everything and wait until it is ready. Raises FixSetup, and then nothing is left running."""
        self._lock.acquire()
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._bring_up()
        except TimeoutError:
            late = ", ".join(keeper.unit.name for keeper in self.keepers if keeper.state != State.READY)
            await self.stop()
            problem = f"not ready after {START_SECONDS:.0f} s: {late}"
            raise FixSetup(problem, f"see the log files in {self.installation.data.logs}") from None
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End everything in good order, within 10 s: services first, then the broker, then PostgreSQL."""
        if self._housekeeping:
            self._housekeeping.cancel()
        await asyncio.gather(*(keeper.stop(SERVICE_GRACE) for keeper in self._apps))
        for keeper in reversed(self._base):
            await keeper.stop(BASE_GRACE[keeper.unit.name])
        self._forget()

    async def kill_all(self) -> None:
        """End every process at once, as a power cut would; `start` brings them up again."""
        if self._housekeeping:
            self._housekeeping.cancel()
        await asyncio.gather(*(keeper.let_go() for keeper in self.keepers))
        for keeper in self.keepers:
            keeper.unit.kill()
        await asyncio.gather(*(keeper.unit.wait() for keeper in self.keepers))
        self._forget()

    def kill_now(self) -> None:
        """End every process at once, without waiting."""
        for keeper in self.keepers:
            keeper.unit.kill()

    @property
    def keepers(self) -> Sequence[Keeper]:
        """All that is kept, in the order of starting."""
        return [*self._base, *self._apps]

    def keeper(self, name: str) -> Keeper:
        """The keeper of one unit, such as `router`, `broker` or `postgres`."""
        for keeper in self.keepers:
            if keeper.unit.name == name:
                return keeper
        raise KeyError(name)

    async def until_ready(self) -> None:
        """Wait until every unit is ready."""
        await _all_ready(self.keepers)

    async def _bring_up(self) -> None:
        installation = self.installation
        postgres = Postgres(installation.data, installation.ports.postgres)
        await asyncio.to_thread(postgres.clear_leftovers)
        preflight.check_space(installation.data.root)
        await self._check_ports()
        self._base = self._begin([postgres, *self._broker()])
        self._apps = self._begin([front_door_unit(installation)])
        await _all_ready(self._base)
        self._apps += self._begin(self._services(installation))
        await _all_ready(self._apps)
        self._housekeeping = asyncio.create_task(self._keep_house())

    async def _check_ports(self) -> None:
        ports = self.installation.all_ports()
        try:
            preflight.check_ports(ports)
        except FixSetup:
            await asyncio.sleep(ENDING_SECONDS)  # children of a killed supervisor may still be on their way out
            preflight.check_ports(ports)

    def _broker(self) -> list[Unit]:
        if self.installation.kafka_bootstrap:
            return []
        return [embedded_broker(self.installation.ports.broker, self.installation.data.log("broker"))]

    def _begin(self, units: Iterable[Unit]) -> list[Keeper]:
        keepers = []
        for unit in units:
            log = self.installation.data.log(unit.name)
            log_files.bound(log)
            keepers.append(Keeper(unit, self._announce, self._pace, partial(log_files.last_words, log)))
            keepers[-1].begin()
        return keepers

    async def _keep_house(self) -> None:
        data = self.installation.data
        names = [keeper.unit.name for keeper in self.keepers]
        tails = {name: log_files.LogTail(data.log(name)) for name in names}
        folding = log_files.Folding()
        growth = Growth()
        while True:
            await asyncio.sleep(HOUSEKEEPING_SECONDS)
            self._weigh_broker(growth)
            for name, tail in tails.items():
                with contextlib.suppress(OSError):
                    self._look_after(name, tail, folding)

    def _look_after(self, name: str, tail: log_files.LogTail, folding: log_files.Folding) -> None:
        for event in tail.new_warnings():
            if folding.passes(name, event, time.monotonic()):
                self._announce(name, f"warns: {event} (see logs/{name}.log)")
        log_files.bound(self.installation.data.log(name))

    def _weigh_broker(self, growth: Growth) -> None:
        for keeper in self._base:
            if keeper.unit.name == "broker" and (told := growth.look(keeper.unit.pid)):
                self._announce(keeper.unit.name, told)

    def _forget(self) -> None:
        self._base, self._apps, self._housekeeping = [], [], None
        self._lock.release()


async def _all_ready(keepers: Sequence[Keeper]) -> None:
    waiting = [asyncio.create_task(keeper.until_ready()) for keeper in keepers]
    try:
        await asyncio.gather(*waiting)
    finally:
        for task in waiting:
            task.cancel()
