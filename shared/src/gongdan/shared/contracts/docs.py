"""The topic table for ARCHITECTURE.md, made from the code so that it cannot lie.

`python -m gongdan.shared.contracts.docs ARCHITECTURE.md` writes it between its two markers; with `--check`
nothing is written and the exit status is 1 when the file is not what would be written.
"""

import argparse
import sys
from pathlib import Path

from gongdan.shared.contracts.registry import PAYLOADS
from gongdan.shared.contracts.topics import DAY_MS, TOPICS, TopicSpec, parked_topic

BEGIN = "<!-- topics: written by make docs -->"
END = "<!-- end of topics -->"
HEAD = ("topic", "key", "writer", "readers", "carries", "meaning", "kept")


def topic_table() -> str:
    """The Markdown table of all topics, and of the parked ones as a pattern."""
    rows = [HEAD, ("---",) * len(HEAD), *map(_row, TOPICS.values()), _parked()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def with_table(text: str) -> str:
    """`text` with a fresh table between the markers. Raises ValueError when a marker is missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"no lines {BEGIN!r} and {END!r}: put both where the table belongs")
    return f"{before}{BEGIN}\n{topic_table()}\n{END}{after}"


def _row(spec: TopicSpec) -> tuple[str, ...]:
    events = ", ".join(model.__name__ for model in PAYLOADS[spec.topic])
    return (
        f"`{spec.topic}`",
        spec.key,
        spec.writer,
        ", ".join(spec.readers) or "–",
        events,
        spec.meaning,
        _kept(spec),
    )


def _kept(spec: TopicSpec) -> str:
    return "compacted" if spec.retention_ms is None else f"{spec.retention_ms // DAY_MS} days"


def _parked() -> tuple[str, ...]:
    name = f"`{parked_topic('<topic>', '<service>')}`"
    return (
        name,
        "original key",
        "its reader",
        "",
        "the record as it was",
        "could not be processed, with reason",
        "30 days",
    )


def main() -> int:
    """Write or check the table in the file named on the command line."""
    parser = argparse.ArgumentParser(description="Write the topic table into a Markdown file.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--check", action="store_true", help="change nothing; exit status 1 when out of date")
    arguments = parser.parse_args()
    old = arguments.file.read_text(encoding="utf-8")
    new = with_table(old)
    if not arguments.check:
        arguments.file.write_text(new, encoding="utf-8")
    elif new != old:
        sys.stderr.write(f"{arguments.file}: the topic table is out of date; run: make docs\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
