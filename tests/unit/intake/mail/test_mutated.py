"""Mails gone wrong are read as far as they can be, and nothing is raised."""

import random

from gongdan.intake.domain.mail.message import Normalised, RawMail, Unreadable, normalise
from tests.bench.mail import TYPICAL
from tests.unit.intake.mail.mails import AT, INBOX, OURS
from tests.unit.intake.mail.mutated import mutated
from tests.unit.intake.mail.test_parcels import WITH_FILES

MAILS = 300


def test_mails_gone_wrong_become_messages_or_reasons() -> None:
    chance = random.Random(3)  # noqa: S311 - the same mails every time
    examples = [make(chance, 1) for make in TYPICAL.values()]
    examples.append(b"From: a@example.com\r\nContent-Type: application/ms-tnef\r\n\r\n" + WITH_FILES)
    for _ in range(MAILS):
        found = normalise(RawMail(mutated(chance, examples), INBOX, AT), OURS)
        assert isinstance(found, Normalised | Unreadable)
        if isinstance(found, Normalised):
            assert found.message.model_dump_json()
