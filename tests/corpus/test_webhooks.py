"""Signatures of webhooks, with what others' tests say of them. All of them must be right."""

import json
from pathlib import Path
from typing import Any

from gongdan.intake.try_outs.signature import answer
from tests.corpus.places import Score


def wrong_of(cases: list[dict[str, Any]]) -> list[str]:
    """The cases that are answered otherwise than they should be."""
    found = [(case, answer(json.dumps(case))) for case in cases]
    return [
        f"{number}: {case['scheme']} {case.get('note', '')}"
        for number, (case, said) in enumerate(found)
        if said["valid"] is not case["valid"] or case.get("plaintext", said.get("plaintext")) != said.get("plaintext")
    ]


def score(corpus: Path) -> Score:
    """How many signatures are judged right."""
    cases = json.loads((corpus / "webhooks.json").read_text())
    wrong = wrong_of(cases)
    return Score(len(cases), wrong)


def test_every_signature_is_judged_right(corpus: Path) -> None:
    found = score(corpus)
    assert found.cases
    assert list(found.wrong) == []
