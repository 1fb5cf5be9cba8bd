"""The audit chain: whatever is done to it, the first entry at fault is named."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as some

from gongdan.shared.access.chain import BEGINNING, Entry, Linked, broken, linked
from tests.unit.shared.access.given import NOON

TEXTS = some.text(max_size=8)
ENTRIES = some.lists(
    some.builds(
        Entry,
        at=some.integers(0, 10**9).map(lambda x: NOON + timedelta(microseconds=x)),
        actor=TEXTS,
        kind=TEXTS,
        subject=TEXTS,
        detail=some.dictionaries(TEXTS, TEXTS, max_size=3),
    ),
    min_size=2,
    max_size=6,
)


def first_fault(chain: Sequence[Linked]) -> str | None:
    """What verifying says of a chain."""
    faults = (broken(chain[place - 1] if place else None, one) for place, one in enumerate(chain))
    return next((fault for fault in faults if fault), None)


@given(ENTRIES)
def test_what_nobody_touched_is_whole(entries: list[Entry]) -> None:
    assert first_fault(linked(entries, 0, BEGINNING)) is None


@given(ENTRIES, some.integers(0, 5), TEXTS)
def test_a_changed_entry_is_named(entries: list[Entry], which: int, text: str) -> None:
    chain = linked(entries, 0, BEGINNING)
    place = which % len(chain)
    changed = replace(chain[place].entry, subject=chain[place].entry.subject + "x" + text)
    chain[place] = replace(chain[place], entry=changed)
    assert first_fault(chain) == f"entry {place + 1} was changed after it was written"


@given(ENTRIES, some.integers(0, 5))
def test_an_entry_left_out_is_named(entries: list[Entry], which: int) -> None:
    chain = linked(entries, 0, BEGINNING)
    place = which % (len(chain) - 1)
    del chain[place]
    assert first_fault(chain) == f"entry {place + 1} is missing, entry {place + 2} stands in its place"


@given(ENTRIES)
def test_a_chain_forged_from_some_entry_on_does_not_continue_the_real_one(entries: list[Entry]) -> None:
    chain = linked(entries, 0, BEGINNING)
    forged = linked([replace(entries[1], actor=entries[1].actor + "x"), *entries[2:]], 1, "f" * 64)
    assert first_fault([chain[0], *forged]) == "entry 2 does not continue entry 1"
