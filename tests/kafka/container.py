"""A single Apache Kafka node in a container, on a free port of 127.0.0.1; its data outlives a SIGKILL.

The engine must be on this machine. testcontainers removes the container with the run, even one that is killed.
"""

import asyncio

from testcontainers.core.container import DockerContainer

from tests.kafka import settings
from tests.kafka.answers import until_answers
from tests.ports import free_port

CONTROLLER_PORT = 9093
STOP_SECONDS = 10


class ContainerKafka:
    """The broker that production runs on, as `Stack(broker=…)` wants it."""

    def __init__(self, image: str) -> None:
        self._port = free_port()
        self._container = DockerContainer(image, env=_environment(self._port))
        # An address beside the port: docker-py takes it, the annotation does not know.
        self._container.ports[f"{self._port}/tcp"] = ("127.0.0.1", self._port)  # type: ignore[assignment]
        self._made = False

    @property
    def bootstrap(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Start it, in a new container the first time, and wait until it answers."""
        if self._made:
            await asyncio.to_thread(self._container.get_wrapped_container().start)
        else:
            await asyncio.to_thread(self._container.start)
            self._made = True
        await until_answers(self._port, self._ended)

    async def stop(self) -> None:
        """End it in good order, and its data with it."""
        if self._made:
            await asyncio.to_thread(self._container.get_wrapped_container().stop, timeout=STOP_SECONDS)
            await asyncio.to_thread(self._container.stop)
            self._made = False

    async def kill(self) -> None:
        """SIGKILL."""
        container = self._container.get_wrapped_container()
        await asyncio.to_thread(container.kill)
        await asyncio.to_thread(container.wait)

    async def _ended(self) -> str | None:
        container = self._container.get_wrapped_container()
        await asyncio.to_thread(container.reload)
        if container.status != "exited":
            return None
        said = await asyncio.to_thread(container.logs, tail=20)
        return f"ended in its container: {said.decode(errors='replace')[-2000:]}"


def _environment(port: int) -> dict[str, str]:
    """What the image makes its configuration of. The node finds itself at the address that clients know it by."""
    properties = settings.node("", port, CONTROLLER_PORT)
    named = {"KAFKA_" + name.upper().replace(".", "_"): value for name, value in properties.items()}
    return named | {
        "KAFKA_HEAP_OPTS": " ".join(settings.HEAP),
        "KAFKA_JVM_PERFORMANCE_OPTS": " ".join(settings.QUICK_JAVA),
    }
