"""Who is meant by the recipients of an escalation: agents by name, role on the ticket, team, rota, role or manager;
mail addresses; channels. Each is found once; who is not there, not at work or without an address is passed over."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gongdan.shared.contracts.sla import EscalationReached
from gongdan.shared.definitions.agent import Agent
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.team import Team

HIGHEST = 10


@dataclass(frozen=True, slots=True)
class Found:
    """An address with the Agent that has it, or the name of a channel."""

    address: str = ""
    agent: Definition | None = None
    channel: str = ""


def recipients(reached: EscalationReached, catalog: Catalog, at: datetime) -> list[Found]:
    """Everybody whom a level names, in its order, each once. `at` is when it was said: who is on call then hears."""
    book = _Book(catalog, reached, at)
    found = [one for who in reached.notify for one in book.of(who)]
    return list({(one.address, one.channel): one for one in reversed(found)}.values())[::-1]


@dataclass(frozen=True, slots=True)
class _Book:
    catalog: Catalog
    reached: EscalationReached
    at: datetime

    def of(self, who: Any) -> Iterator[Found]:  # noqa: ANN401 - JSON, as the policy has it
        """Whom one entry of the list means."""
        match who:
            case {"email": str(address)}:
                yield Found(address=address.lower())
            case {"channel": str(name)}:
                yield Found(channel=name)
            case _:
                yield from self.agents(self.names(who))

    def names(self, who: Any) -> list[str | None]:  # noqa: ANN401 - JSON, as the policy has it
        """The agents that an entry means, by name."""
        match who:
            case str():
                return [self.named(who)]
            case {"team": str(name)}:
                return [*self.members(name)]
            case {"on_call": str(name)}:
                return [self.on_call(name)]
            case {"role": str(name)}:
                return [item.name for item, spec in self.everybody() if name in spec.roles]
            case {"manager_level": int(level)}:
                return [self.manager(self.reached.assignee, level)]
            case {"manager_of": str(name)}:
                return [self.manager(self.named(name), int(who.get("level", 1)))]
        return []

    def agents(self, names: Iterable[str | None]) -> Iterator[Found]:
        """Those of these who are at work and have an address."""
        for name in names:
            found = self.agent(name)
            if found and found[1].active and found[1].email:
                yield Found(address=found[1].email.lower(), agent=found[0])

    def agent(self, name: str | None) -> tuple[Definition, Agent] | None:
        """The Agent of that name."""
        return self.catalog.find(Agent, name, self.reached.workspace) if name else None

    def everybody(self) -> list[tuple[Definition, Agent]]:
        """All agents of the workspace."""
        return self.catalog.all(Agent, self.reached.workspace)

    def named(self, who: str) -> str | None:
        """The agent's name behind a role on the ticket; else it is a name itself."""
        match who:
            case "assignee":
                return self.reached.assignee
            case "lead":
                team = self.team(self.reached.team)
                return team.lead if team else None
            case "on_call":
                return self.on_call(self.reached.team)
        return who

    def team(self, name: str | None) -> Team | None:
        """The Team of that name."""
        found = self.catalog.find(Team, name, self.reached.workspace) if name else None
        return found[1] if found else None

    def on_call(self, team: str | None) -> str | None:
        """Who of a team is on call, and at work."""
        found = self.team(team)
        names = found.on_call.candidates(self.at) if found and found.on_call else ()
        return next((name for name in names if (known := self.agent(name)) and known[1].active), None)

    def members(self, name: str) -> list[str]:
        """Who is in a team: its members, then those who name it themselves."""
        team = self.team(name)
        joined = [item.name for item, spec in self.everybody() if name in spec.teams]
        return [*(team.members if team else ()), *joined]

    def manager(self, name: str | None, level: int) -> str | None:
        """The manager so many levels up; the highest there is where there are fewer."""
        manager: str | None = None
        for _ in range(min(level, HIGHEST)):
            found = self.agent(manager or name)
            if found is None or found[1].manager is None:
                break
            manager = found[1].manager
        return manager
