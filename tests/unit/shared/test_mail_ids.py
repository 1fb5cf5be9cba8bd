"""Our Message-IDs prove their ticket; altered or foreign ones prove nothing."""

from hypothesis import given
from hypothesis import strategies as st

from gongdan.shared.mail_ids import OwnMailIds

ours = OwnMailIds(b"key one", "desk.example.com")
numbers = st.integers(1, 10**12).map(lambda number: f"GD-{number}")
nonces = st.text("0123456789abcdef", min_size=8, max_size=32)


@given(numbers, nonces)
def test_an_own_id_names_its_ticket(number: str, nonce: str) -> None:
    assert ours.ticket_of(ours.make(number, nonce)) == number


@given(numbers, numbers, nonces)
def test_an_id_moved_to_another_ticket_proves_nothing(number: str, other: str, nonce: str) -> None:
    moved = ours.make(number, nonce).replace(f"gd.{number}.", f"gd.{other}.")
    assert ours.ticket_of(moved) == (number if other == number else None)


@given(numbers, nonces)
def test_an_id_of_another_installation_proves_nothing(number: str, nonce: str) -> None:
    assert OwnMailIds(b"key two", "desk.example.com").ticket_of(ours.make(number, nonce)) is None


@given(st.text())
def test_any_text_is_read_without_error(text: str) -> None:
    assert ours.ticket_of(text) is None
