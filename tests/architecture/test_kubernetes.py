"""deploy/k8s/base against the code: one file per service, real settings, probes, least right."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.architecture.house import ROOT, ROUTED, SERVICES, Member
from tests.architecture.known_settings import known, longest_drain, port, required, secrets

BASE = ROOT / "deploy" / "k8s" / "base"

BEHIND_THE_FRONT_DOOR = pytest.mark.parametrize(
    "member", [one for one in SERVICES if one.name in ROUTED], ids=lambda member: member.name
)
EACH = pytest.mark.parametrize("member", SERVICES, ids=lambda member: member.name)


@cache
def documents(path: Path) -> dict[str, Any]:
    """The resources in a file, by kind."""
    return {one["kind"]: one for one in YAML(typ="safe").load_all(path.read_text())}


def resource(member: Member, kind: str) -> dict[str, Any]:
    """One resource of a service."""
    found: dict[str, Any] = documents(BASE / f"{member.name}.yaml")[kind]
    return found


def pod(member: Member) -> dict[str, Any]:
    """The pod that a service's deployment makes."""
    spec: dict[str, Any] = resource(member, "Deployment")["spec"]["template"]["spec"]
    return spec


def container(member: Member) -> dict[str, Any]:
    """The one container of that pod."""
    (only,) = pod(member)["containers"]
    assert isinstance(only, dict)
    return only


def environment(member: Member) -> dict[str, Any]:
    """The variables set there, each with where its value comes from."""
    return {one["name"]: one for one in container(member)["env"]}


def test_the_base_lists_every_file_beside_it_and_every_image() -> None:
    base = documents(BASE / "kustomization.yaml")["Kustomization"]
    files = {path.name for path in BASE.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(base["resources"]) == files
    assert {image["name"] for image in base["images"]} == {f"gongdan/{member.name}" for member in SERVICES}


@EACH
def test_each_service_has_a_deployment_an_address_and_a_budget_of_its_name(member: Member) -> None:
    for kind in ("Deployment", "Service", "PodDisruptionBudget"):
        assert resource(member, kind)["metadata"]["name"] == member.name
    assert container(member)["image"] == f"gongdan/{member.name}"


@EACH
def test_selectors_find_the_pods_of_the_deployment(member: Member) -> None:
    labels = resource(member, "Deployment")["spec"]["template"]["metadata"]["labels"]
    assert resource(member, "Deployment")["spec"]["selector"]["matchLabels"] == labels
    assert resource(member, "Service")["spec"]["selector"] == labels
    assert resource(member, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels


@EACH
def test_the_cluster_sets_only_settings_that_the_service_has(member: Member) -> None:
    assert set(environment(member)) - known(member) == set()


@EACH
def test_the_cluster_sets_every_setting_that_the_service_requires(member: Member) -> None:
    assert required(member) - set(environment(member)) == set()


@EACH
def test_secrets_come_by_reference(member: Member) -> None:
    secret = [one for name, one in environment(member).items() if name in secrets(member) | {"GONGDAN_DATABASE_URL"}]
    assert [one["name"] for one in secret if "secretKeyRef" not in one.get("valueFrom", {})] == []


@EACH
def test_every_key_taken_from_the_config_map_is_in_it(member: Member) -> None:
    data = documents(BASE / "config.yaml")["ConfigMap"]["data"]
    sources = [one.get("valueFrom", {}).get("configMapKeyRef") for one in environment(member).values()]
    assert {source["key"] for source in sources if source} - set(data) == set()


@EACH
def test_probes_ask_the_health_routes_on_the_service_own_port(member: Member) -> None:
    box = container(member)
    probed = {probe: box[probe]["httpGet"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert {probe: get["path"] for probe, get in probed.items()} == {
        "startupProbe": "/livez",
        "livenessProbe": "/livez",
        "readinessProbe": "/readyz",
    }
    assert {get["port"] for get in probed.values()} == {"http"}
    assert {one["name"]: one["containerPort"] for one in box["ports"]}["http"] == port(member)


@EACH
def test_a_pod_has_no_right_that_it_does_not_need(member: Member) -> None:
    inside = container(member)["securityContext"]
    assert pod(member)["securityContext"]["runAsNonRoot"] is True
    assert pod(member)["automountServiceAccountToken"] is False
    assert (inside["allowPrivilegeEscalation"], inside["readOnlyRootFilesystem"]) == (False, True)
    assert inside["capabilities"] == {"drop": ["ALL"]}


@EACH
def test_a_pod_says_what_it_needs(member: Member) -> None:
    assert set(container(member)["resources"]["requests"]) == {"cpu", "memory"}


@EACH
def test_a_pod_has_time_to_drain_before_it_is_killed(member: Member) -> None:
    assert pod(member)["terminationGracePeriodSeconds"] >= before_drain(member) + longest_drain(member)


def before_drain(member: Member) -> int:
    """Seconds that a pod waits before its service is told to end."""
    hook = container(member).get("lifecycle", {}).get("preStop")
    return int(hook["exec"]["command"][1]) if hook else 0


@BEHIND_THE_FRONT_DOOR
def test_a_pod_goes_on_answering_until_no_more_is_sent_to_it(member: Member) -> None:
    assert before_drain(member) > 0


@BEHIND_THE_FRONT_DOOR
def test_whose_word_is_taken_for_who_asks_is_said_to_all_behind_the_front_door(member: Member) -> None:
    assert "GONGDAN_TRUSTED_PROXIES" in environment(member)


@EACH
def test_replicas_are_spread_over_hosts(member: Member) -> None:
    (spread,) = pod(member)["topologySpreadConstraints"]
    labels = resource(member, "Deployment")["spec"]["template"]["metadata"]["labels"]
    assert (spread["topologyKey"], spread["labelSelector"]["matchLabels"]) == ("kubernetes.io/hostname", labels)


def test_the_front_door_sends_writes_to_intake_and_all_else_to_api() -> None:
    (rule,) = documents(BASE / "ingress.yaml")["Ingress"]["spec"]["rules"]
    doors = {one["path"]: one["backend"]["service"]["name"] for one in rule["http"]["paths"]}
    assert doors == {"/intake": "intake", "/": "api"}
