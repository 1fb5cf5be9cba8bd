"""Which credentials are in force is known once everything that was there at the start has been read, and not before."""

from datetime import timedelta
from uuid import uuid4

import pytest

from gongdan.shared.access import reader as reading
from gongdan.shared.access.credentials import KEY_PREFIX, digest_of, new_secret
from gongdan.shared.access.reader import AccessReader
from gongdan.shared.bus.records import Record
from gongdan.shared.clock import FakeClock
from gongdan.shared.contracts.access import CredentialIssued, CredentialRevoked
from gongdan.shared.contracts.envelope import Actor, to_headers
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.errors import RetryLater
from tests.kit.envelopes import envelope_of
from tests.kit.service import settings
from tests.unit.shared.access.given import NOON

DIGEST = digest_of(new_secret(KEY_PREFIX))


def record(data: CredentialIssued | CredentialRevoked) -> Record:
    """What api says of the key."""
    envelope = envelope_of(data, DIGEST, uuid4(), NOON, source="gongdan.api", actor=Actor("system", "api"))
    return Record(Topic.ACCESS, 0, 0, DIGEST, data.model_dump_json().encode(), to_headers(envelope))


def issued() -> Record:
    """It is in force for a day."""
    ends_at = NOON + timedelta(days=1)
    return record(CredentialIssued(digest=DIGEST, kind="key", actor="key:erp", issued_at=NOON, ends_at=ends_at))


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> AccessReader:
    """A reader that is given its records by hand and waits for none."""
    monkeypatch.setattr(reading, "PATIENCE", timedelta())
    return AccessReader(settings("postgresql://", "127.0.0.1:1"), FakeClock(NOON))


async def test_a_key_that_was_read_does_not_count_while_its_revocation_may_still_come(reader: AccessReader) -> None:
    reader._take_all([issued()])
    with pytest.raises(RetryLater):
        await reader.find(DIGEST)
    reader._take_all([record(CredentialRevoked(digest=DIGEST, reason="revoked"))])
    reader._take_all([])
    assert await reader.find(DIGEST) is None


async def test_once_all_was_read_a_key_counts_and_an_unknown_one_does_not(reader: AccessReader) -> None:
    reader._take_all([issued()])
    reader._take_all([])
    assert await reader.find(DIGEST) is not None
    assert await reader.find("unknown") is None
