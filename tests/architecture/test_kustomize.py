"""deploy/k8s/base as kubectl builds it, where kubectl is installed; the run's last lines say so where it is not."""

import shutil
import subprocess
from collections import Counter

import pytest
from ruamel.yaml import YAML

from tests.architecture.house import ROOT, SERVICES
from tests.kit.summary import tell

BASE = ROOT / "deploy" / "k8s" / "base"


@pytest.fixture
def kubectl(request: pytest.FixtureRequest) -> str:
    """The program."""
    found = shutil.which("kubectl")
    if found is None:
        tell(request.config, "NOT built: deploy/k8s, as kubectl is not installed")
        pytest.skip("kubectl is not installed")
    return found


def test_the_base_is_built_into_one_namespace_with_every_image_at_its_version(kubectl: str) -> None:
    built = subprocess.run([kubectl, "kustomize", str(BASE)], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    resources = list(YAML(typ="safe").load_all(built.stdout))
    kinds = Counter(one["kind"] for one in resources)
    assert (kinds["Deployment"], kinds["Service"], kinds["PodDisruptionBudget"]) == (len(SERVICES),) * 3
    assert {one["metadata"].get("namespace") for one in resources if one["kind"] != "Namespace"} == {"gongdan"}
    pods = [one["spec"]["template"]["spec"] for one in resources if one["kind"] == "Deployment"]
    assert all(":" in box["image"] for pod in pods for box in pod["containers"])
