"""deploy/Dockerfile: from the lock, one service per image, without root."""

import re

from tests.architecture.house import ROOT, SERVICES
from tests.architecture.known_settings import fields, known

RECIPE = (ROOT / "deploy" / "Dockerfile").read_text()


def test_an_image_is_made_from_the_lock_with_hashes_checked_and_nothing_else() -> None:
    assert "--require-hashes" in RECIPE
    assert "--no-index" in RECIPE


def test_the_service_is_an_argument_and_its_process_is_not_root() -> None:
    last = RECIPE.rsplit("\nFROM ", 1)[1]
    assert "ARG SERVICE" in RECIPE
    assert re.search(r"^USER (?!0\b|root\b)\S+$", last, re.MULTILINE)


def test_an_image_sets_only_settings_that_every_service_has() -> None:
    named = set(re.findall(r"\b(GONGDAN_[A-Z_]+)=", RECIPE))
    assert [member.name for member in SERVICES if named - known(member)] == []


def test_the_build_sees_only_what_it_needs() -> None:
    """Without this an image would also carry the data folder and the environment of this machine."""
    assert (ROOT / ".dockerignore").read_text().splitlines()[0] == "*"


def test_listeners_that_are_local_by_default_are_opened_in_containers() -> None:
    intake = SERVICES[0]
    listening = {name for name in fields(intake) if name.endswith("_HOST")}
    assert "GONGDAN_HTTP_HOST=0.0.0.0" in RECIPE
    for path in ("docker-compose.yml", "deploy/k8s/base/intake.yaml"):
        assert [name for name in listening - {"GONGDAN_HTTP_HOST"} if name not in (ROOT / path).read_text()] == []
