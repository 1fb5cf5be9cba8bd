"""Character sets with rare names, and text that no label helps to read."""

import codecs

import pytest

from gongdan.intake.domain.mail import charsets

RUSSIAN, POLISH, CHINESE = "Насос остановился", "Pompa się zatrzymała", "水泵停止了，请处理"


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("x-mac-cyrillic", "mac-cyrillic", RUSSIAN),
        ("x-mac-ukrainian", "mac-cyrillic", RUSSIAN),
        ("x-mac-ce", "mac-latin2", POLISH),
        ("x-mac-greek", "mac-greek", "Η αντλία σταμάτησε"),
        ("x-mac-roman", "mac-roman", "Größe"),
        ("koi8-ru", "koi8-u", "Насос"),
        ("x-gbk", "gbk", CHINESE),
        ("x-big5", "big5", "水泵停止運作"),
        ("x-sjis", "cp932", "ポンプが止まりました"),
        ("x-euc-jp", "euc_jp", "ポンプが止まりました"),
        ("unicode", "utf-16", CHINESE),
        ("cp1200", "utf-16-le", CHINESE),
        ("cp1201", "utf-16-be", CHINESE),
    ],
)
def test_a_set_is_known_by_each_of_its_names(label: str, codec: str, text: str) -> None:
    assert charsets.decode(text.encode(codec), label) == text


@pytest.mark.parametrize("label", ["", "utf-8", "us-ascii", "iso-8859-1"])
def test_a_byte_order_mark_counts_more_than_the_label(label: str) -> None:
    assert charsets.decode(codecs.BOM_UTF16_LE + POLISH.encode("utf-16-le"), label) == POLISH
    assert charsets.decode(codecs.BOM_UTF16_BE + POLISH.encode("utf-16-be"), label) == POLISH


def test_text_without_any_zero_byte_is_not_in_pairs_of_bytes_whatever_it_says() -> None:
    assert charsets.decode(POLISH.encode(), "utf-16") == POLISH
    assert charsets.decode("水泵".encode("utf-16-le"), "utf-16le") == "水泵"
