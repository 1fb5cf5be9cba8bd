"""Denials are told the first time and then counted: no flood fills the audit, and none of it goes uncounted."""

from datetime import timedelta

from gongdan.shared.access.folding import LONGEST, MOST_FOLDS, MOST_NAMED, OTHERS, Folded, Folding
from gongdan.shared.access.refusal import Denied
from gongdan.shared.contracts.envelope import Actor
from tests.unit.shared.access.given import AGENT, NOON

MINUTE = timedelta(minutes=1)


def no(actor: Actor = AGENT, action: str = "Merge", about: str = "") -> Denied:
    """Somebody is told no."""
    return Denied(actor, None, action, "no role has it", about)


def test_the_first_denial_is_due_at_once_and_those_after_it_a_minute_later_with_their_count() -> None:
    folding = Folding()
    first = folding.take(folding.note(no(), NOON), NOON)
    assert first == Folded(no(), NOON)
    for second in range(1, 31):
        now = NOON + timedelta(seconds=second)
        assert folding.take(folding.note(no(), now), now) is None
        assert list(folding.due(now)) == []
    [later] = folding.due(NOON + MINUTE)
    assert (later.times, later.at) == (30, NOON + timedelta(seconds=1))


def test_a_flood_of_an_hour_makes_one_entry_a_minute_and_every_denial_is_counted() -> None:
    folding = Folding()
    told: list[Folded] = []
    for second in range(3_600):
        now = NOON + timedelta(seconds=second)
        for number in range(3):
            folding.note(no(about=f"GD-{second}-{number}"), now)
        told += folding.due(now)
    told += folding.rest()
    assert len(told) == 61
    assert sum(one.times for one in told) == 3 * 3_600
    assert max(len(one.about) for one in told) == MOST_NAMED


def test_other_actors_other_actions_and_others_in_ones_name_are_told_apart() -> None:
    folding = Folding()
    different = [no(), no(Actor("agent", "bob")), no(action="Assign"), Denied(AGENT, "agent:boss", "Merge", "no")]
    for one in different:
        folding.note(one, NOON)
    assert [one.denied for one in folding.due(NOON)] == different


def test_what_is_forgotten_after_a_quiet_minute_is_told_at_once_again() -> None:
    folding = Folding()
    folding.note(no(), NOON)
    assert [len(list(folding.due(NOON + MINUTE * n))) for n in range(3)] == [1, 0, 0]
    folding.note(no(), NOON + 3 * MINUTE)
    assert len(list(folding.due(NOON + 3 * MINUTE))) == 1


def test_what_could_not_be_told_is_due_again_with_what_came_since() -> None:
    folding = Folding()
    folding.note(no(about="GD-1"), NOON)
    [failed] = folding.due(NOON)
    folding.note(no(about="GD-2"), NOON)
    folding.put_back(failed, NOON)
    [again] = folding.due(NOON)
    assert (again.times, set(again.about)) == (2, {"GD-1", "GD-2"})


def test_more_actors_than_fit_are_counted_together_and_long_words_are_cut() -> None:
    folding = Folding()
    for number in range(MOST_FOLDS + 50):
        folding.note(no(Actor("contact", str(number)), about="x" * 10_000), NOON)
    told = list(folding.due(NOON))
    assert len(told) == MOST_FOLDS + 1
    assert (told[-1].denied.actor, told[-1].times) == (OTHERS, 50)
    assert max(len(about) for one in told for about in one.about) == LONGEST
