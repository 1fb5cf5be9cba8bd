"""docker-compose.yml against the code: the same services, only settings that exist, all that are required."""

import re
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.architecture.house import ROOT, ROUTED, SERVICES, Member
from tests.architecture.known_settings import known, longest_drain, port, required, secrets

COMPOSE: dict[str, Any] = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())["services"]
OUTSIDE = {"front-door", "kafka", "mail", "postgres"}

EACH = pytest.mark.parametrize("member", SERVICES, ids=lambda member: member.name)


def test_compose_runs_the_five_services_and_what_they_stand_on() -> None:
    assert set(COMPOSE) == {member.name for member in SERVICES} | OUTSIDE


@EACH
def test_a_service_is_built_from_its_own_folder(member: Member) -> None:
    assert COMPOSE[member.name]["build"]["args"] == {"SERVICE": member.name}


@EACH
def test_compose_sets_only_settings_that_the_service_has(member: Member) -> None:
    assert set(COMPOSE[member.name]["environment"]) - known(member) == set()


@EACH
def test_compose_sets_every_setting_that_the_service_requires(member: Member) -> None:
    assert required(member) - set(COMPOSE[member.name]["environment"]) == set()


@EACH
def test_compose_holds_no_secret_itself(member: Member) -> None:
    values = {name: COMPOSE[member.name]["environment"].get(name, "${}") for name in secrets(member)}
    assert [name for name, value in values.items() if not value.startswith("${")] == []


@EACH
def test_compose_asks_each_service_whether_it_is_ready(member: Member) -> None:
    assert f"127.0.0.1:{port(member)}/readyz" in COMPOSE[member.name]["healthcheck"]["test"][-1]


@EACH
def test_compose_gives_a_service_no_right_that_it_does_not_need(member: Member) -> None:
    assert COMPOSE[member.name]["read_only"]
    assert COMPOSE[member.name]["cap_drop"] == ["ALL"]
    assert COMPOSE[member.name]["security_opt"] == ["no-new-privileges:true"]


@EACH
def test_compose_gives_a_service_time_to_drain_before_it_is_killed(member: Member) -> None:
    assert int(COMPOSE[member.name]["stop_grace_period"].removesuffix("s")) >= longest_drain(member)


def test_compose_says_whose_word_is_taken_for_who_asks() -> None:
    assert [name for name in ROUTED if "GONGDAN_TRUSTED_PROXIES" not in COMPOSE[name]["environment"]] == []


def test_compose_waits_with_the_front_door_until_what_is_behind_it_is_ready() -> None:
    behind = COMPOSE["front-door"]["depends_on"]
    assert behind == {name: {"condition": "service_healthy"} for name in ("intake", "api")}


def test_compose_listens_on_this_host_only() -> None:
    published = [one for service in COMPOSE.values() for one in service.get("ports", [])]
    assert [one for one in published if not one.startswith("127.0.0.1:")] == []


@pytest.mark.parametrize("name", ["kafka", "postgres"])
def test_what_the_services_stand_on_keeps_its_data_and_is_watched(name: str) -> None:
    assert COMPOSE[name]["volumes"]
    assert COMPOSE[name]["healthcheck"]["test"]


def test_compose_runs_the_apache_kafka_that_the_tests_run_against() -> None:
    tested = re.findall(r"<kafka.version>(.+)</kafka.version>", (ROOT / "tests" / "kafka" / "pom.xml").read_text())
    assert [COMPOSE["kafka"]["image"]] == [f"apache/kafka:{version}" for version in tested]
