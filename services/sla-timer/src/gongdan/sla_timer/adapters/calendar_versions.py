"""Versions of calendars by which clocks may have counted, kept in PostgreSQL: the topic of definitions has the last.

So a change of a calendar changes nothing of the time that was counted before it, also across a restart. Limits: a
version that was in force for less than the moment it takes to keep it may be missing, and then counts as the present
one.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from pydantic import TypeAdapter

from gongdan.shared.db.session import Database
from gongdan.sla_timer.domain.hours import MOST_VERSIONS, KnownCalendars, Version

LOAD = "SELECT body FROM calendar_versions ORDER BY kept_at DESC LIMIT :most"
KEEP = """
    INSERT INTO calendar_versions (key, body) SELECT * FROM unnest(CAST(:keys AS text[]), CAST(:bodies AS text[]))
    ON CONFLICT DO NOTHING
"""
REST = timedelta(minutes=1)

_ADAPTER = TypeAdapter(Version)


@dataclass(slots=True)
class CalendarVersions:
    """A part that makes earlier versions known at start, and a loop step that keeps those that are new."""

    db: Database
    calendars: KnownCalendars
    name: str = "calendar-versions"
    _kept: set[str] = field(default_factory=set)

    async def start(self) -> None:
        """Know what was kept."""
        async with self.db.transaction() as unit:
            rows = await unit.all(LOAD, {"most": MOST_VERSIONS})
        for row in reversed(rows):
            version = _ADAPTER.validate_json(row.body)
            self.calendars.learn(version)
            self._kept.add(version.key)

    async def stop(self) -> None:
        """Nothing is held."""

    async def __call__(self) -> timedelta:
        """Keep what is new."""
        new = [version for key, version in self.calendars.versions.items() if key not in self._kept]
        if new:
            bodies = [_ADAPTER.dump_json(one, by_alias=True).decode() for one in new]
            async with self.db.transaction() as unit:
                await unit.execute(KEEP, {"keys": [one.key for one in new], "bodies": bodies})
            self._kept.update(one.key for one in new)
        return REST
