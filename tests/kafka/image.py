"""Apache Kafka's image, as docker-compose.yml names it, where a Docker engine answers. Says why it is not to be had.

The images are pulled when they are missing. Beside Kafka's that is the one by which testcontainers removes containers
of runs that were killed; TESTCONTAINERS_RYUK_DISABLED=true does without it.
"""

import time
from pathlib import Path
from typing import Any

import docker
from docker.errors import DockerException, ImageNotFound
from requests.exceptions import RequestException
from ruamel.yaml import YAML
from testcontainers.core.config import testcontainers_config

from tests.kafka.jars import NotToBeHad

COMPOSE = Path(__file__).parents[2] / "docker-compose.yml"
ANSWER_SECONDS = 1
SILENCE_SECONDS = 20
PULL_SECONDS = 300


def find_image() -> str:
    """Its name, once the engine has it. Raises NotToBeHad."""
    name = str(YAML(typ="safe").load(COMPOSE.read_text())["services"]["kafka"]["image"])
    try:
        docker.from_env(timeout=ANSWER_SECONDS).ping()
    except (DockerException, RequestException):
        raise NotToBeHad("no Docker engine answers") from None
    engine = docker.from_env(timeout=SILENCE_SECONDS)
    for needed in _needed(name):
        try:
            _have(engine, needed, time.monotonic() + PULL_SECONDS)
        except (DockerException, RequestException) as error:
            raise NotToBeHad(f"Docker could not pull {needed}: {_line(error)}") from None
    return name


def _needed(name: str) -> tuple[str, ...]:
    return (name,) if testcontainers_config.ryuk_disabled else (name, testcontainers_config.ryuk_image)


def _have(engine: Any, name: str, deadline: float) -> None:
    try:
        engine.images.get(name)
    except ImageNotFound:
        for told in engine.api.pull(*name.rsplit(":", 1), stream=True, decode=True):
            if "error" in told or time.monotonic() > deadline:
                raise DockerException(told.get("error", f"not done within {PULL_SECONDS} s")) from None


def _line(error: Exception) -> str:
    return " ".join(str(getattr(error, "explanation", None) or error).split())[:200]
