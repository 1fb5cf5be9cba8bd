"""Which Apache Kafka tests run against: KAFKA_HOME, else a container where an engine answers, else jars by Maven."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gongdan.shared.embedded.stack import Broker
from tests.kafka.apache_kafka import ApacheKafka
from tests.kafka.container import ContainerKafka
from tests.kafka.image import find_image
from tests.kafka.jars import NotToBeHad, find_program


@dataclass(frozen=True, slots=True)
class Source:
    """`make` gives a node that is not started yet, with its files in the folder; `said` names it for people."""

    said: str
    make: Callable[[Path], Broker]


@cache
def find_source() -> Source | NotToBeHad:
    """Found once a process; a reason, too, for what was looked for in vain is not looked for again."""
    try:
        return _from_jars("") if os.environ.get("KAFKA_HOME") else _from_image()
    except NotToBeHad as why:
        return why


def _from_image() -> Source:
    try:
        image = find_image()
    except NotToBeHad as no_image:
        return _from_jars(f"; {no_image}")
    return Source(f"Apache Kafka (from the image {image})", lambda _folder: ContainerKafka(image))


def _from_jars(no_image: str) -> Source:
    try:
        program = find_program()
    except NotToBeHad as no_jars:
        raise NotToBeHad(f"{no_jars}{no_image}") from None
    said = f"Apache Kafka {program.version} (from {program.source}{no_image})"
    return Source(said, lambda folder: ApacheKafka(program, folder))
