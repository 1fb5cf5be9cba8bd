"""Reads many broken mails: own examples and, where they are beside the checkout, the corpora, each gone wrong somehow.

    python -m tests.corpus.fuzz [--mails 20000] [--seed 1] [--keep FOLDER]

Prints how many mails raised anything, and the longest time that one took. Mails that raised something are kept in the
folder, each under its number; the same seed makes the same mails.
"""

import argparse
import random
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import orjson

from gongdan.intake.domain.mail.message import Normalised, RawMail, made_of, reading
from tests.bench.mail import AT, INBOX, OURS, TYPICAL
from tests.corpus.places import CORPUS
from tests.unit.intake.mail.mutated import mutated
from tests.unit.intake.mail.test_parcels import WITH_FILES

LONG = 2.0


def examples() -> Iterator[bytes]:
    """Own mails, then those of the corpora."""
    chance = random.Random(7)  # noqa: S311 - the same mails every time
    for make in TYPICAL.values():
        yield from (make(chance, number) for number in range(5))
    yield b"From: a@example.com\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\r\n" + WITH_FILES
    if CORPUS.is_dir():
        yield from (path.read_bytes() for path in sorted((CORPUS / "mime").glob("*.eml")))
        yield from (path.read_bytes() for path in sorted((CORPUS / "bounces").glob("*.txt")))


def fault(raw: bytes) -> str:
    """What went wrong with reading a mail, empty when nothing did."""
    mail = RawMail(raw, INBOX, AT)
    try:
        found = reading(mail, OURS)
        made = made_of(mail, found, OURS)
        if isinstance(made, Normalised):
            orjson.dumps(made.message.model_dump(mode="json"))
    except Exception:  # noqa: BLE001 - whatever it is, it is what this looks for
        return traceback.format_exc()
    return ""


def main() -> None:
    """Read and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)  # noqa: S311 - the same mails every time
    mails = list(examples())
    faults, longest = 0, 0.0
    for number in range(chosen.mails):
        raw = mutated(chance, mails)
        began = time.process_time()
        said = fault(raw)
        took = time.process_time() - began
        longest = max(longest, took)
        if said or took > LONG:
            faults += 1
            print(f"mail {number}: {said or f'{took:.1f} s'}", flush=True)
            if chosen.keep:
                chosen.keep.mkdir(parents=True, exist_ok=True)
                (chosen.keep / f"{number}.eml").write_bytes(raw)
    print(f"{chosen.mails:,} broken mails: {faults} faults, longest {longest:.2f} s of the processor")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
