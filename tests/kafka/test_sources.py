"""Where Apache Kafka comes from: what is missing is said, and the next place asked."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import docker
import pytest
from docker.errors import ImageNotFound

from tests.kafka import sources
from tests.kafka.image import find_image
from tests.kafka.jars import KafkaProgram, NotToBeHad

JARS = KafkaProgram("java", Path("/nowhere"), "Maven")


def engine(*told: dict[str, str]) -> SimpleNamespace:
    """A Docker engine without images; it answers `told` when it is to pull one."""

    def get(name: str) -> None:
        raise ImageNotFound(name)

    def pull(*_name: str, **_options: bool) -> Iterator[dict[str, str]]:
        return iter(told)

    return SimpleNamespace(ping=lambda: True, images=SimpleNamespace(get=get), api=SimpleNamespace(pull=pull))


def nothing(why: str) -> None:
    raise NotToBeHad(why)


@pytest.fixture(autouse=True)
def no_kafka_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAFKA_HOME", raising=False)


def test_a_docker_engine_that_does_not_answer_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    with pytest.raises(NotToBeHad, match=r"^no Docker engine answers$"):
        find_image()


def test_an_image_that_cannot_be_pulled_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker, "from_env", lambda **_: engine({"error": "no route\nto the registry"}))
    with pytest.raises(NotToBeHad, match=r"could not pull apache/kafka:\S+: no route to the registry$"):
        find_image()


def test_an_image_that_is_missing_is_pulled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker, "from_env", lambda **_: engine({"status": "Pulling"}, {"status": "Complete"}))
    assert find_image().startswith("apache/kafka:")


def test_kafka_home_comes_before_a_container(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_HOME", "/somewhere")
    monkeypatch.setattr(sources, "find_program", lambda: JARS)
    monkeypatch.setattr(sources, "find_image", lambda: nothing("a container was looked for"))
    assert isinstance(sources.find_source.__wrapped__(), sources.Source)


def test_a_container_comes_before_jars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "find_program", lambda: nothing("jars were looked for"))
    monkeypatch.setattr(sources, "find_image", lambda: "apache/kafka:1.2.3")
    found = sources.find_source.__wrapped__()
    assert isinstance(found, sources.Source)
    assert found.said == "Apache Kafka (from the image apache/kafka:1.2.3)"


def test_without_an_image_the_jars_are_taken_and_the_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "find_program", lambda: JARS)
    monkeypatch.setattr(sources, "find_image", lambda: nothing("no Docker engine answers"))
    found = sources.find_source.__wrapped__()
    assert isinstance(found, sources.Source)
    assert found.said.endswith("(from Maven; no Docker engine answers)")


def test_where_nothing_is_to_be_had_every_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "find_program", lambda: nothing("Maven is not installed"))
    monkeypatch.setattr(sources, "find_image", lambda: nothing("no Docker engine answers"))
    found = sources.find_source.__wrapped__()
    assert isinstance(found, NotToBeHad)
    assert str(found) == "Maven is not installed; no Docker engine answers"
