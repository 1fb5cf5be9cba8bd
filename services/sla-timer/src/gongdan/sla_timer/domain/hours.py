"""Which calendar counts where, by key. A key names one version: `support/office@3+/holidays@1` is version 3 of Calendar
`office` of workspace `support`, upon version 1 of the common Calendar `holidays`.

Versions that are no longer in force are known as long as clocks may have counted by them; one that is not known counts
as the present one of that name. `support/office` means the present one, the workspace's own before a common one, and
`support/` the one that the workspace names.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gongdan.shared.definitions.calendar import Calendar as CalendarSpec
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.team import Team
from gongdan.shared.definitions.workspace import Workspace
from gongdan.sla_timer.domain.calendar import AROUND_THE_CLOCK, Calendar
from gongdan.sla_timer.domain.calendar.defined import rules_of
from gongdan.sla_timer.domain.calendar.working_time import WorkingTime

MOST_BASES = 20
MOST_VERSIONS = 2_000


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a calendar: its specs, the nearest base last."""

    key: str
    spec: CalendarSpec
    bases: tuple[CalendarSpec, ...] = ()


@dataclass(slots=True)
class KnownCalendars:
    """Calendars by key. `versions` are all those known, `present` the keys in force by workspace and name."""

    versions: dict[str, Version] = field(default_factory=dict)
    present: dict[str, str] = field(default_factory=dict)
    _made: dict[str, WorkingTime] = field(default_factory=dict)

    def named(self, key: str) -> Calendar:
        """The calendar of a key; all hours for the empty key, and for a calendar that is nowhere defined."""
        if not key:
            return AROUND_THE_CLOCK
        found = key if key in self.versions else self.present_key(key)
        if found not in self.versions:
            return AROUND_THE_CLOCK
        if found not in self._made:
            version = self.versions[found]
            self._made[found] = WorkingTime(rules_of(version.spec, version.bases))
        return self._made[found]

    def present_key(self, name: str) -> str:
        """The key in force for `workspace/name`, or for any key of it; empty when there is none."""
        workspace, _, rest = name.partition("@")[0].rpartition("/")
        return self.present.get(f"{workspace}/{rest}") or self.present.get(f"/{rest}", "")

    def learn(self, version: Version) -> None:
        """Know a version; the oldest is forgotten when there are too many."""
        self.versions.setdefault(version.key, version)
        if len(self.versions) > MOST_VERSIONS:
            oldest = next(key for key in self.versions if key not in self.present.values())
            del self.versions[oldest]
            self._made.pop(oldest, None)

    def follow(self, catalog: Catalog) -> None:
        """Know the calendars of a catalog; they are those in force."""
        found = {f"{item.workspace or ''}/{item.name}": _version(item, spec, catalog) for item, spec in _all(catalog)}
        self.present = {name: version.key for name, version in found.items()}
        usual = {item.name: spec.calendar for item, spec in catalog.all(Workspace) if spec.calendar}
        self.present |= {f"{name}/": self.present_key(f"{name}/{calendar}") for name, calendar in usual.items()}
        for version in found.values():
            self.learn(version)


@dataclass(frozen=True, slots=True)
class Hours:
    """Which calendar counts for a ticket: a policy's, else for teams the team's, else the workspace's."""

    catalog: Catalog = field(default_factory=Catalog)
    calendars: KnownCalendars = field(default_factory=KnownCalendars)

    def key(self, workspace: str, named: str | None, team: str | None = None) -> str:
        """The key of what counts in a workspace; empty when nothing names a calendar."""
        name = named or (team and self._of_team(team, workspace)) or self._of_workspace(workspace)
        return self.calendars.present_key(f"{workspace}/{name}") if name else ""

    @property
    def fingerprint(self) -> frozenset[tuple[str, ...]]:
        """What counts where; differs whenever that does."""
        teams = {
            ("team", item.workspace or "", item.name, spec.calendar)
            for item, spec in self.catalog.all(Team)
            if spec.calendar
        }
        workspaces = {
            ("workspace", item.name, spec.calendar) for item, spec in self.catalog.all(Workspace) if spec.calendar
        }
        return frozenset(teams | workspaces | {("calendar", key) for key in self.calendars.present.values()})

    def _of_team(self, team: str, workspace: str) -> str | None:
        found = self.catalog.find(Team, team, workspace)
        return found[1].calendar if found else None

    def _of_workspace(self, workspace: str) -> str | None:
        found = self.catalog.find(Workspace, workspace)
        return found[1].calendar if found else None


def hours_of(catalog: Catalog) -> Hours:
    """What counts where, by a catalog alone."""
    calendars = KnownCalendars()
    calendars.follow(catalog)
    return Hours(catalog, calendars)


def _all(catalog: Catalog) -> list[tuple[Definition, CalendarSpec]]:
    return catalog.all(CalendarSpec)


def _version(definition: Definition, spec: CalendarSpec, catalog: Catalog) -> Version:
    bases = list(_bases(definition, spec, catalog))
    keys = [_key(item) for item, _ in ((definition, spec), *bases)]
    return Version("+".join(keys), spec, tuple(one for _, one in bases))


def _key(definition: Definition) -> str:
    return f"{definition.workspace or ''}/{definition.name}@{definition.version}"


def _bases(definition: Definition, spec: CalendarSpec, catalog: Catalog) -> Iterator[tuple[Definition, CalendarSpec]]:
    """Its base, that one's base, and so on."""
    for _ in range(MOST_BASES):
        found = catalog.find(CalendarSpec, spec.base, definition.workspace) if spec.base else None
        if found is None:
            return
        yield found
        definition, spec = found
