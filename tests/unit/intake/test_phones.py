"""Telephone numbers as people and switchboards write them."""

import pytest

from gongdan.intake.domain.phones import e164


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("138 0013 8000", "CN", "+8613800138000"),
        ("１３８００１３８０００", "CN", "+8613800138000"),
        ("010-65529988转123", "CN", "+861065529988"),
        ("010-65529988 分机：123", "CN", "+861065529988"),
        ("010-65529988-123", "CN", "+861065529988"),
        ("030 123456 ext. 12", "DE", "+4930123456"),
        ("+49 (0)30 123456", "cn", "+4930123456"),
        ("030 123456", "de", "+4930123456"),
        ("sip:+8613800138000@pbx.example.com;user=phone", "CN", "+8613800138000"),
        ("tel:+86-138-0013-8000", None, "+8613800138000"),
        ("95588", "CN", "+8695588"),
    ],
)
def test_numbers_are_read_however_they_are_written(written: str, region: str | None, number: str) -> None:
    assert e164(written, region) == number


@pytest.mark.parametrize(
    ("written", "region"),
    [("253-0000", "US"), ("13800138000", None), ("sip:1001@pbx.example.com", "CN"), ("anonymous", "CN"), ("-", "CN")],
)
def test_what_is_no_number_that_others_could_call_is_told(written: str, region: str | None) -> None:
    with pytest.raises(ValueError, match="telephone number"):
        e164(written, region)


def test_a_number_without_its_country_is_refused_with_what_is_missing() -> None:
    with pytest.raises(ValueError, match="no region is given to look for it in"):
        e164("13800138000")
