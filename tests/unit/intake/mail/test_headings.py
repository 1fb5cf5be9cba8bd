"""Header fields written into a text, in letters whose lower case is not what one expects."""

import pytest

from gongdan.intake.domain.mail.headings import is_run_on, label


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("From: somebody", ("from", "from", "somebody")),
        ("GÖNDERİLDİ: dün", ("date", "gönderildi", "dün")),
        ("KİMDEN: a@b.example", ("from", "kimden", "a@b.example")),
        ("ENVOYÉ\u00a0LE : hier", ("date", "envoyé le", "hier")),
        ("ſent: never", None),
    ],
)
def test_a_label_is_known_in_capitals_or_is_none(line: str, found: tuple[str, str, str] | None) -> None:
    assert label(line) == found


def test_a_header_without_line_breaks_is_known_in_capitals() -> None:
    assert is_run_on("KİMDEN: a@b.example GÖNDERİLDİ: dün KİME: c@d.example KONU: Pompa")
