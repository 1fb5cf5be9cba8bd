"""The default workflow: every pair of states, once as it should be."""

import itertools

import pytest

from gongdan.router.domain.workflow import DEFAULT

LEGAL = {
    ("new", "open"),
    ("new", "pending"),
    ("new", "resolved"),
    ("open", "pending"),
    ("open", "resolved"),
    ("pending", "open"),
    ("pending", "resolved"),
    ("resolved", "open"),
    ("resolved", "closed"),
}


@pytest.mark.parametrize(("state", "to"), list(itertools.product(DEFAULT.states, repeat=2)))
def test_exactly_the_listed_moves_are_legal(state: str, to: str) -> None:
    assert (DEFAULT.why_not(state, to) is None) == ((state, to) in LEGAL)


@pytest.mark.parametrize(
    ("state", "to", "why"),
    [
        ("new", "closed", "a ticket cannot go from new to closed; possible from new: open, pending, resolved"),
        ("open", "done", "'done' is not a state; possible from open: pending, resolved"),
        ("closed", "open", "a ticket cannot go from closed to open; nothing follows closed"),
        ("lost", "open", "a ticket cannot go from lost to open; nothing follows lost"),
    ],
)
def test_a_refusal_says_what_is_possible_instead(state: str, to: str, why: str) -> None:
    assert DEFAULT.why_not(state, to) == why


def test_every_state_can_be_reached_from_the_first() -> None:
    reached, border = set[str](), {DEFAULT.initial}
    while border:
        reached |= border
        border = {to for state in border for to in DEFAULT.possible(state)} - reached
    assert reached == set(DEFAULT.states)
