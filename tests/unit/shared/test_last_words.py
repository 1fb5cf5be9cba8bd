"""What the foreground quotes of a process that has died."""

from pathlib import Path

import pytest

from gongdan.shared.embedded.log_files import last_words

READY = '{"timestamp": "2026-01-01T00:00:00Z", "level": "info", "service": "api", "event": "service_ready"}'
GAVE_UP = READY.replace('"info"', '"error"').replace("service_ready", "service_gave_up")[:-1] + ', "why": "no room"}'


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("", ""),
        (READY, ""),
        (f"{READY}\n{GAVE_UP}\n\n", "service_gave_up why=no room"),
        (f"{READY}\nKeyError: 'host'\n", "KeyError: 'host'"),
        ("{not JSON", "{not JSON"),
    ],
)
def test_it_is_the_reason_and_never_daily_business(tmp_path: Path, log: str, words: str) -> None:
    (tmp_path / "api.log").write_text(log)
    assert last_words(tmp_path / "api.log") == words


def test_a_process_that_wrote_nothing_said_nothing(tmp_path: Path) -> None:
    assert last_words(tmp_path / "api.log") == ""
