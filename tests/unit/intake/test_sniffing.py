"""What files are by their first bytes."""

import pytest

from gongdan.intake.domain.sniffing import ANY, PROGRAM, content_type, contradiction
from tests.kit.files import PDF, PNG
from tests.kit.files import PROGRAM as ELF

WINDOWS = b"MZ\x90\x00\x03" + bytes(80)
HTML = b"<!DOCTYPE html><html><script>alert(1)</script>"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(20)
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(12)


@pytest.mark.parametrize(
    ("said", "head", "other"),
    [
        ("image/png", PNG, None), ("image/jpeg", JPEG, None), ("application/pdf", PDF, None), ("video/mp4", MP4, None),
        ("text/plain", b"hello", None), ("text/plain", HTML, None), ("text/plain", b"MZ is a word", None),
        ("text/csv", b"a;b", None), (ANY, ELF, None), ("application/x-msdownload", WINDOWS, None),
        ("image/heic", b"nobody knows this", None), ("application/vnd.ms-excel", b"whatever", None),
        ("image/png", b"", None),
        ("image/png", JPEG, "image/jpeg"), ("image/png", WINDOWS, PROGRAM), ("application/pdf", ELF, PROGRAM),
        ("application/vnd.ms-excel", WINDOWS, PROGRAM), ("image/svg+xml", WINDOWS, PROGRAM),
        ("image/png", HTML, "text/html"), ("application/pdf", PNG, "image/png"), ("video/mp4", PDF, "application/pdf"),
        ("image/png", b"hello", "something else"), ("image/gif", b"#!/bin/sh\n", PROGRAM),
    ],
)  # fmt: skip
def test_bytes_that_contradict_the_senders_word_are_told_from_others(said: str, head: bytes, other: str | None) -> None:
    assert contradiction(said, head) == other


@pytest.mark.parametrize(
    ("said", "head", "kept"),
    [(ANY, PNG, "image/png"), (ANY, b"hello", ANY), (ANY, HTML, ANY), ("text/plain", PNG, "text/plain")],
)
def test_the_bytes_name_the_type_only_where_the_sender_does_not(said: str, head: bytes, kept: str) -> None:
    assert content_type(said, head) == kept
