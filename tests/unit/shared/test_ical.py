"""iCalendar files as overrides of a Calendar."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from gongdan.shared.embedded.cli import app
from gongdan.shared.embedded.errors import FixSetup
from gongdan.shared.embedded.ical import Override, Wanted, overrides_of

WANTED = Wanted(date(2026, 1, 1), date(2028, 12, 31), ZoneInfo("Asia/Shanghai"), ("09:00-18:00",))


def calendar(*events: str) -> bytes:
    """A file with these events; the lines of each are separated by blanks."""
    inside = [line for event in events for line in ("BEGIN:VEVENT", *event.split(" "), "END:VEVENT")]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", *inside, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def overrides(*events: str) -> list[Override]:
    """The overrides of these events, without their reasons."""
    found, _ = overrides_of(calendar(*events), WANTED)
    return [{name: value for name, value in one.items() if name != "reason"} for one in found]


def test_an_event_of_whole_days_closes_them_and_its_end_is_the_day_after() -> None:
    event = "DTSTART;VALUE=DATE:20261001 DTEND;VALUE=DATE:20261008 SUMMARY:国庆节（休）"
    assert overrides(event) == [{"date": "2026-10-01", "until": "2026-10-07", "closed": True}]
    assert overrides("DTSTART;VALUE=DATE:20261001 SUMMARY:One") == [{"date": "2026-10-01", "closed": True}]
    assert overrides("DTSTART;VALUE=DATE:20261001 DURATION:P2D SUMMARY:Two")[0]["until"] == "2026-10-02"


@pytest.mark.parametrize("summary", ["国庆节（班）", "调休上班", "Workday", "Make-up\u00a0day"])
def test_a_day_that_is_worked_is_open(summary: str) -> None:
    event = f"DTSTART;VALUE=DATE:20261010 SUMMARY:{summary}"
    assert overrides(event) == [{"date": "2026-10-10", "open": ["09:00-18:00"]}]


def test_times_of_day_count_only_where_they_are_worked_and_the_rest_is_counted() -> None:
    worked = "DTSTART:20261010T010000Z DTEND:20261010T100000Z SUMMARY:Workday"
    other = "DTSTART:20261012T010000Z DTEND:20261012T020000Z SUMMARY:Lunch"
    assert overrides(worked, other) == [{"date": "2026-10-10", "open": ["09:00-18:00"]}]
    assert overrides_of(calendar(worked, other), WANTED)[1] == 1


def test_repetitions_are_followed_through_the_days_that_are_wanted() -> None:
    yearly = "DTSTART;VALUE=DATE:20200501 RRULE:FREQ=YEARLY EXDATE;VALUE=DATE:20270501 SUMMARY:Labour"
    listed = "DTSTART;VALUE=DATE:20260603 RDATE;VALUE=DATE:20260605,20260607 SUMMARY:Some"
    assert [one["date"] for one in overrides(yearly)] == ["2026-05-01", "2028-05-01"]
    assert [one["date"] for one in overrides(listed)] == ["2026-06-03", "2026-06-05", "2026-06-07"]


def test_an_event_is_cut_to_the_days_that_are_wanted() -> None:
    long = "DTSTART;VALUE=DATE:20251224 DTEND;VALUE=DATE:20260103 SUMMARY:Closed"
    past = "DTSTART;VALUE=DATE:20240101 SUMMARY:Past"
    assert overrides(long, past) == [{"date": "2026-01-01", "until": "2026-01-02", "closed": True}]


def test_what_was_cancelled_is_left_out() -> None:
    assert overrides("DTSTART;VALUE=DATE:20261001 STATUS:CANCELLED SUMMARY:No") == []


@pytest.mark.parametrize("content", [b"", b"hello", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", b"\xff\xfe\x00"])
def test_a_file_that_is_no_calendar_is_refused(content: bytes) -> None:
    with pytest.raises(FixSetup, match="iCalendar"):
        overrides_of(content, WANTED)


def test_the_command_writes_the_same_definition_every_time(tmp_path: Path) -> None:
    source, target = tmp_path / "days.ics", tmp_path / "days.yaml"
    source.write_bytes(calendar("DTSTART;VALUE=DATE:20261001 SUMMARY:Closed"))
    written = []
    for _ in range(2):
        options = ["--name", "days", "--timezone", "Asia/Shanghai", "--since", "2026", "-o", str(target)]
        done = CliRunner().invoke(app, ["import-calendar", str(source), *options])
        assert done.exit_code == 0, done.output
        written.append(target.read_text())
    assert written[0] == written[1]
    assert 'date: "2026-10-01"' in written[0]


@pytest.mark.parametrize(
    "wrong", [["--timezone", "Mars/Olympus"], ["--name", "Not a name"], ["--hours", "nine to five"]]
)
def test_options_that_do_not_fit_are_told_plainly(tmp_path: Path, wrong: list[str]) -> None:
    source = tmp_path / "days.ics"
    source.write_bytes(calendar("DTSTART;VALUE=DATE:20261010 SUMMARY:Workday"))
    done = CliRunner().invoke(app, ["import-calendar", str(source), "--name", "days", "--since", "2026", *wrong])
    assert done.exit_code != 0
    assert "Traceback" not in done.output
