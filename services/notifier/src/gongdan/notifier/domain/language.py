"""Which of our two languages somebody writes, told from a few words; None when that cannot be told."""

import re
from typing import Literal

Locale = Literal["zh", "en"]

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
OTHER_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
ENOUGH_WORDS = 2


def language_of(text: str) -> Locale | None:
    """Chinese where there are Han characters without kana or hangul, English from two Latin words on.

    One Latin word is the name of a product as often as a language. Limits: any language in Latin letters is
    answered in English.
    """
    if OTHER_EAST_ASIAN.search(text):
        return None
    if HAN.search(text):
        return "zh"
    return "en" if len(LATIN_WORD.findall(text)) >= ENOUGH_WORDS else None
