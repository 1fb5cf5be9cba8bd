"""Whose mail is taken where nobody said so."""

import pytest

from gongdan.intake.settings import IntakeSettings

LEAST = {
    "database_url": "postgresql://x",
    "kafka_bootstrap": "x:1",
    "signing_key": "k",
    "admin_token": "t",
    "blobs_dir": "/nowhere",
}


@pytest.mark.parametrize(
    ("told", "patterns"),
    [
        ({}, ("*@gongdan.localhost",)),
        ({"mail_domain": "example.com"}, ("support@example.com",)),
        ({"mail_domain": "example.com", "mail_recipients": ("*@help.example.com",)}, ("*@help.example.com",)),
    ],
)
def test_a_domain_that_strangers_can_write_to_takes_mail_for_known_addresses_only(
    told: dict[str, object], patterns: tuple[str, ...]
) -> None:
    assert IntakeSettings.model_validate(LEAST | told).patterns == patterns
