"""`python -m gongdan.sla_timer.backtest --in-force FILE --instead FILE < LOG`: what other policies would have meant.

Reads the log of tickets as lines of JSON, one ticket after the other (`python -m gongdan.router.log` writes it), and
two files `{definitions: [{document, version}]}`: those in force, and those that are to take the place of some.
Writes one JSON object. Needs no server and changes nothing. Limits: clocks are judged as of `--now`, and those that
ended before `--since` are left out; both sides are counted from the log, so the first says what the policies in force
would have said from the beginning on.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from gongdan.shared.contracts.registry import Event
from gongdan.shared.definitions.catalog import Catalog, catalog_of
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.errors import FixInput
from gongdan.shared.event_lines import read_line
from gongdan.shared.json import dumps, loads_object
from gongdan.sla_timer.domain.backtest.differences import BYS, Differences, side
from gongdan.sla_timer.domain.backtest.histories import histories, history_of, tickets
from gongdan.sla_timer.domain.policy import Policies, policies_of

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def compare(events: Iterable[Event], one: Policies, other: Policies, now: datetime, since: datetime) -> Differences:
    """All differences between two sets of policies."""
    found, metrics = Differences(side(one), side(other), now, since), one.metrics | other.metrics
    if one.milestones == other.milestones:
        for history in histories(events, one.milestones, metrics):
            found.take(history)
    else:
        for told in tickets(events):
            found.take(history_of(told, one.milestones, metrics), history_of(told, other.milestones, metrics))
    return found


def report(found: Differences) -> dict[str, object]:
    """The differences as data."""
    return {
        "tickets": found.tickets,
        "total": asdict(found.total()),
        "by": {group: {name: asdict(tally) for name, tally in found.by(group).items()} for group in BYS},
        "flips": [asdict(flip) for flip in found.flips],
    }


def definitions(path: Path) -> list[Definition]:
    """The definitions in a file. Raises FixInput."""
    items = loads_object(path.read_bytes(), path.name).get("definitions")
    if not isinstance(items, list):
        raise FixInput("unreadable-definitions", f"{path} holds no list of definitions")
    return [check(item["document"], item.get("version") or 0) for item in items]


def overlaid(in_force: Iterable[Definition], instead: Iterable[Definition]) -> Catalog:
    """A catalog in which some definitions take the place of others, or join them."""
    return catalog_of(1, {one.key: one for one in (*in_force, *instead)}.values())


def events_of(lines: Iterable[bytes]) -> Iterator[Event]:
    """The events of lines, those left out that this version does not know."""
    for line in lines:
        event = read_line(line)
        if event is not None:
            yield event


def main() -> None:
    """Read arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--in-force", type=Path, required=True, help="the definitions in force")
    parser.add_argument("--instead", type=Path, required=True, help="those to compare with")
    parser.add_argument("--now", type=datetime.fromisoformat, help="when clocks are judged; without it, now")
    parser.add_argument(
        "--since", type=datetime.fromisoformat, default=BEGINNING, help="clocks that ended before are left out"
    )
    chosen = parser.parse_args()
    try:
        in_force = definitions(chosen.in_force)
        before, after = overlaid(in_force, ()), overlaid(in_force, definitions(chosen.instead))
        now = chosen.now or datetime.now(UTC)
        events = events_of(sys.stdin.buffer)
        found = compare(events, policies_of(before), policies_of(after), now, chosen.since)
    except FixInput as error:
        sys.exit(f"gongdan: {error}")
    sys.stdout.buffer.write(dumps(report(found)) + b"\n")


if __name__ == "__main__":
    main()
