"""The Makefile is the one front door: every target explains itself; continuous integration uses the same."""

import re
import subprocess

from tests.architecture.house import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()


def test_every_target_explains_itself_in_one_line() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
    helped = set(re.findall(r"^([a-z][a-z-]*):.*## \S", MAKEFILE, re.MULTILINE))
    phony = set(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[0].split())
    assert targets == helped == phony


def test_help_is_the_default_and_lists_every_target() -> None:
    shown = subprocess.check_output(["make", "--no-print-directory"], cwd=ROOT, text=True)
    names = re.findall(r"^  make ([a-z-]+) +\S", shown, re.MULTILINE)
    assert set(names) == set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))


def test_continuous_integration_runs_check_and_test_and_nothing_of_its_own() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    commands = [line for line in script.splitlines() if line and not line.startswith(("#", "set -e", "cd "))]
    assert commands == ["make check", "make test"]
