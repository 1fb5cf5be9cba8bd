"""Ids: derived as RFC 9562 says, the same for the same, different for what is different."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from gongdan.shared.ids import ROOT, derived_id, message_id, ticket_event_id, ticket_id

WORD = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)


@given(WORD, st.lists(WORD, max_size=4))
def test_a_derived_id_is_a_uuid_of_version_five(kind: str, parts: list[str]) -> None:
    assert derived_id(kind, *parts) == uuid5(ROOT, "\x00".join((kind, *parts)))
    assert derived_id(kind, *parts).version == 5


@given(st.lists(WORD, min_size=1, max_size=3), st.lists(WORD, min_size=1, max_size=3))
def test_parts_cannot_be_shifted_into_each_other(one: list[str], other: list[str]) -> None:
    assert (derived_id("x", *one) == derived_id("x", *other)) == (one == other)


def test_ids_stay_what_they_are_for_ever() -> None:
    message = message_id("support", "<1@example.com>")
    assert message == UUID("78f44e1e-2bc7-528a-9266-c9db9ace3213")
    assert ticket_id(message) == UUID("035ca5f1-2fe0-556c-848e-6be3c6453bae")
    assert ticket_event_id(ticket_id(message), 1) == UUID("3396c4f9-7c4c-5c52-8ab2-3da8897da74d")
