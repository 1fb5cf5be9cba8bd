"""What of a parked topic still waits to be released."""

from gongdan.shared.bus.parked import PREFIX, release_headers, released_mark, waiting
from gongdan.shared.bus.records import RELEASED_HEADER, Record


def record(offset: int, *headers: tuple[str, bytes]) -> Record:
    return Record("gongdan.tickets.v1.parked.api", 0, offset, "key", b"{}", list(headers))


def test_what_was_released_waits_no_more_and_its_mark_is_no_record() -> None:
    first, second = record(0), record(1)
    mark = record(2, *released_mark(first))
    assert waiting([first, second, mark]) == [second]


def test_what_is_parked_anew_after_its_release_waits_again() -> None:
    first = record(0)
    again = record(2)
    assert waiting([first, record(1, *released_mark(first)), again]) == [again]


def test_a_record_goes_back_without_what_parking_wrote_on_it() -> None:
    headers = [("ce_type", b"T"), (PREFIX + "reason", b"r"), (RELEASED_HEADER, b"router")]
    assert release_headers(headers, "api") == [("ce_type", b"T"), (RELEASED_HEADER, b"api")]
