"""No field of a ticket is left out where fields are looked for by their words."""

from gongdan.shared.access.fields import OWN_FIELDS
from tests.integration.api.canaries import FIELDS

WITHOUT_WORDS = {"priority", "follow_up_of", "snoozed_until", "tier"}


def test_every_field_of_a_ticket_has_a_word_by_which_it_is_known() -> None:
    assert set(FIELDS) - {"cost"} == OWN_FIELDS - WITHOUT_WORDS
