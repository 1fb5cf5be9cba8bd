"""A single Apache Kafka node in KRaft mode on free ports of 127.0.0.1; its data outlives a SIGKILL."""

import asyncio
import os
import signal
import subprocess
from pathlib import Path
from uuid import uuid4

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from gongdan.shared.embedded.probe import accepts
from gongdan.shared.embedded.process import Command, Process
from tests.kafka.jars import KafkaProgram, find_program
from tests.ports import free_port

START_SECONDS = 60
HEAP = "512m"


class ApacheKafka:
    """The broker that production runs on, as `Stack(broker=…)` wants it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._controller_port = free_port()
        self._process: Process | None = None

    @property
    def bootstrap(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Start it, on new storage the first time, and wait until it answers. Raises NotToBeHad."""
        program = find_program()
        if not self._properties.exists():
            self._format(program)
        command = Command(
            name="kafka",
            argv=(*_java(program), "kafka.Kafka", str(self._properties)),
            log=self._folder / "kafka.log",
            env={"PATH": os.environ["PATH"]},
            cwd=self._folder,
        )
        self._process = Process.spawn(command)
        await self._until_answers()

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

    def _format(self, program: KafkaProgram) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / "draft.properties"
        draft.write_text(self._configuration())
        arguments = ("kafka.tools.StorageTool", "format", "-t", uuid4().hex[:22], "-c", str(draft))
        subprocess.run([*_java(program), *arguments], check=True, capture_output=True)
        draft.rename(self._properties)

    def _configuration(self) -> str:
        settings = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{self._controller_port}",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"PLAINTEXT://{self.bootstrap},CONTROLLER://127.0.0.1:{self._controller_port}",
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap}",
            "log.dirs": str(self._folder / "data"),
            # A killed node waits for its own former session to end before it serves again.
            "broker.session.timeout.ms": "2000",
            "broker.heartbeat.interval.ms": "500",
            "auto.create.topics.enable": "false",
            "group.initial.rebalance.delay.ms": "0",
            "offsets.topic.num.partitions": "4",
            "offsets.topic.replication.factor": "1",
            "transaction.state.log.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "log.cleaner.dedupe.buffer.size": "16777216",
        }
        return "".join(f"{name}={value}\n" for name, value in settings.items())

    async def _until_answers(self) -> None:
        assert self._process is not None
        async with asyncio.timeout(START_SECONDS):
            while not await self._answers():
                if self._process.status is not None:
                    said = (self._folder / "kafka.log").read_text()[-2000:]
                    raise RuntimeError(f"Apache Kafka ended with status {self._process.status}: {said}")
                await asyncio.sleep(0.1)

    async def _answers(self) -> bool:
        if not await accepts(self._port):
            return False
        client = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        try:
            await client.start()
            await client.list_topics()
        except (KafkaError, OSError):
            return False
        finally:
            await client.close()
        return True


def _java(program: KafkaProgram) -> tuple[str, ...]:
    heap = (f"-Xmx{HEAP}", "-Xms128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
    return (program.java, *heap, "-Dlog4j2.level=WARN", "-cp", f"{program.jars}/*")
