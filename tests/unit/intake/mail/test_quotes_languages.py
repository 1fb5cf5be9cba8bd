"""Announcements of history and signatures of many programs and languages end the reply."""

import pytest

from gongdan.intake.domain.mail import quotes
from tests.unit.intake.mail.announcements import ATTRIBUTIONS, BLOCKS, SIGNATURES

NEW = "It still leaks, 3 litres a day.\nPlease send somebody."
HISTORY = ["Did the new seal help?", "", "Yours, Support"]
MARKED = "\n".join(f"> {line}".rstrip() for line in HISTORY)
PLAIN = "\n".join(HISTORY)


def same_words(text: str, split: quotes.Split) -> bool:
    """Whether the parts hold every word, each once."""
    parts = f"{split.reply}\n{split.quoted}\n{split.signature}"
    return sorted(parts.split()) == sorted(text.split())


@pytest.mark.parametrize("announcement", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
@pytest.mark.parametrize(
    "history", [MARKED, f"\n{MARKED}", PLAIN, f"\n{PLAIN}"], ids=["marked", "apart", "plain", "plain apart"]
)
def test_an_attribution_ends_the_reply(announcement: str, history: str) -> None:
    text = f"{NEW}\n\n{announcement}\n{history}\n"
    split = quotes.split(text)
    assert split.reply == NEW
    assert same_words(text, split)


@pytest.mark.parametrize("announcement", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_an_attribution_right_below_the_reply_ends_it(announcement: str) -> None:
    assert quotes.split(f"{NEW}\n{announcement}\n{MARKED}\n\nAnd it is hot.").reply == f"{NEW}\n\nAnd it is hot."


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n\n\n"])
def test_a_header_written_out_ends_the_reply(block: str, gap: str) -> None:
    text = f"{NEW}{gap}{block}\n\n{PLAIN}\n"
    split = quotes.split(text)
    assert split.reply == NEW
    assert same_words(text, split)


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES.keys())
@pytest.mark.parametrize(
    "history", ["", f"\n\n{ATTRIBUTIONS['en gmail']}\n{MARKED}", f"\n\n{BLOCKS['zh outlook']}\n\n{PLAIN}"]
)
def test_a_signature_is_no_part_of_the_reply(signature: str, history: str) -> None:
    text = f"{NEW}\n\n{signature}{history}\n"
    split = quotes.split(text)
    assert split.reply == NEW
    assert split.signature == signature.replace("-- \n", "--\n")
    assert same_words(text, split)
