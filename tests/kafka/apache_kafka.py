"""A single Apache Kafka node from jars, on free ports of 127.0.0.1; its data outlives a SIGKILL."""

import os
import signal
import subprocess
from pathlib import Path
from uuid import uuid4

from gongdan.shared.embedded.process import Command, Process
from tests.kafka import settings
from tests.kafka.answers import until_answers
from tests.kafka.jars import KafkaProgram
from tests.ports import free_port


class ApacheKafka:
    """The broker that production runs on, as `Stack(broker=…)` wants it."""

    def __init__(self, program: KafkaProgram, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._port = free_port()
        self._controller_port = free_port()
        self._process: Process | None = None

    @property
    def bootstrap(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Start it, on new storage the first time, and wait until it answers."""
        if not self._properties.exists():
            self._format()
        command = Command(
            name="kafka",
            argv=(*self._java(), "kafka.Kafka", str(self._properties)),
            log=self._log,
            env={"PATH": os.environ["PATH"]},
            cwd=self._folder,
        )
        self._process = Process.spawn(command)
        await until_answers(self._port, self._ended)

    async def stop(self) -> None:
        """End it in good order."""
        if self._process:
            await self._process.end(signal.SIGTERM, 10)

    async def kill(self) -> None:
        """SIGKILL."""
        if self._process:
            self._process.kill()
            await self._process.wait()

    @property
    def _properties(self) -> Path:
        return self._folder / "server.properties"

    @property
    def _log(self) -> Path:
        return self._folder / "kafka.log"

    def _format(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / "draft.properties"
        properties = settings.node("127.0.0.1", self._port, self._controller_port)
        properties["log.dirs"] = str(self._folder / "data")
        draft.write_text("".join(f"{name}={value}\n" for name, value in properties.items()))
        arguments = ("kafka.tools.StorageTool", "format", "-t", uuid4().hex[:22], "-c", str(draft))
        subprocess.run([*self._java(), *arguments], check=True, capture_output=True)
        draft.rename(self._properties)

    def _java(self) -> tuple[str, ...]:
        options = (*settings.HEAP, *settings.QUICK_JAVA, "-Xshare:auto", "-Dlog4j2.level=WARN")
        return (self._program.java, *options, "-cp", f"{self._program.jars}/*")

    async def _ended(self) -> str | None:
        assert self._process is not None
        if self._process.status is None:
            return None
        return f"ended with status {self._process.status}: {self._log.read_text()[-2000:]}"
