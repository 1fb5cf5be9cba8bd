"""Replies, compared with what other libraries' tests expect of them. The threshold is what is reached."""

import json
from pathlib import Path
from typing import Any

from gongdan.intake.domain.mail import quotes
from tests.corpus.places import Score

THRESHOLD = 0.98


def as_list(value: str | list[str]) -> list[str]:
    """One or several texts."""
    return [value] if isinstance(value, str) else value


def same(text: str) -> str:
    """Without white space at the ends of lines and around."""
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def fits(case: dict[str, Any]) -> bool:
    """Whether the reply is what the case expects; how long it may take is left to the limit of the whole run."""
    strip = quotes.reply_in if case["kind"] == "plain" else quotes.reply_in_html
    found, expect = same(strip(case["input"])), case["expect"]
    return (
        found == same(expect.get("equals", found))
        and all(found.startswith(same(each)) for each in as_list(expect.get("starts", [])))
        and all(each in found for each in as_list(expect.get("contains", [])))
        and all(each not in found for each in as_list(expect.get("not_contains", [])))
        and (not expect.get("whole") or found == same(case["input"]))
    )


def score(corpus: Path) -> Score:
    """How the replies come out."""
    cases = json.loads((corpus / "replies.json").read_text())
    return Score(len(cases), [case["id"] for case in cases if not fits(case)])


def test_replies_lose_history_and_signatures(corpus: Path) -> None:
    found = score(corpus)
    assert found.right / found.cases >= THRESHOLD, found.wrong
