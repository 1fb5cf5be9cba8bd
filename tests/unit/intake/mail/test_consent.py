"""What the secret of a mailbox read by OAuth 2 holds: a token, alone or with the application it was given to."""

import pytest

from gongdan.intake.domain.mail.consent import Consent, consent_of
from gongdan.shared.definitions.mailbox import Auth

NAMED = {"client_id": "desk"}
WHOLE = '{"type": "authorized_user", "refresh_token": "r", "client_id": "held", "client_secret": "s"}'


def auth(**more: str) -> Auth:
    """How to sign in."""
    return Auth.model_validate({"kind": "oauth2", "provider": "google", "secretRef": "env:X", **more})


@pytest.mark.parametrize(
    ("said", "given", "client_secret", "consent"),
    [
        (NAMED, "r", None, Consent("r", "desk")),
        (NAMED, "r", "s", Consent("r", "desk", "s")),
        (NAMED, "{1:r", None, Consent("{1:r", "desk")),
        (NAMED, "123", None, Consent("123", "desk")),
        ({}, WHOLE, None, Consent("r", "held", "s")),
        (NAMED, WHOLE, "other", Consent("r", "desk", "other")),
        ({}, '{"refresh_token": "r", "client_id": "held"}', None, Consent("r", "held")),
    ],
)
def test_the_definition_counts_before_the_secret(
    said: dict[str, str], given: str, client_secret: str | None, consent: Consent
) -> None:
    assert consent_of(auth(**said), given, client_secret) == consent


@pytest.mark.parametrize(
    ("said", "given", "problem"),
    [
        ({}, "hunter2", "nothing names the application"),
        ({}, '{"refresh_token": "hunter2"}', "nothing names the application"),
        ({}, '{"refresh_token": "hunter2", "client_id": 5}', "nothing names the application"),
        (NAMED, '{"access_token": "hunter2"}', "holds no refresh token"),
        (NAMED, "", "holds no refresh token"),
    ],
)
def test_what_lacks_is_named_with_its_cure_and_without_the_secret(
    said: dict[str, str], given: str, problem: str
) -> None:
    with pytest.raises(ValueError, match=problem) as why:
        consent_of(auth(**said), given)
    assert "auth.client_id" in str(why.value)
    assert "hunter2" not in str(why.value)


def test_secrets_are_not_shown_by_chance() -> None:
    assert "hunter2" not in repr(Consent("hunter2", "desk", "hunter2"))
