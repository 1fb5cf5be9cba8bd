"""The latest changes, from which everybody who watches is served."""

from gongdan.api.domain.recent import KEPT, Change, Recent


def changes(first: int, last: int) -> list[Change]:
    return [Change(number, "TicketOpened", "GD-1", 1) for number in range(first, last + 1)]


def test_who_is_up_to_date_gets_nothing() -> None:
    assert Recent(7).after(7) == ()
    assert Recent(7).plus(changes(8, 9)).after(9) == ()


def test_who_is_behind_gets_what_came_after() -> None:
    assert Recent(0).plus(changes(1, 5)).after(3) == tuple(changes(4, 5))


def test_ids_may_have_gaps() -> None:
    recent = Recent(0).plus(changes(1, 2)).plus(changes(6, 7))
    assert recent.after(4) == tuple(changes(6, 7))


def test_who_is_too_far_behind_or_ahead_is_told_that_we_cannot_say() -> None:
    recent = Recent(10).plus(changes(11, 12))
    assert recent.after(9) is None
    assert recent.after(13) is None


def test_the_oldest_are_let_go() -> None:
    recent = Recent(0).plus(changes(1, KEPT)).plus(changes(KEPT + 1, KEPT + 3))
    assert len(recent.changes) == KEPT
    assert (recent.start, recent.position) == (3, KEPT + 3)
    assert recent.after(2) is None
    assert recent.after(3) == recent.changes
