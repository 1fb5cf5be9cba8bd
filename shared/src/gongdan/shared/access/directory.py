"""What a catalog says of people and roles, by name: made once per catalog, since there may be very many definitions."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from gongdan.shared.definitions.agent import Agent
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.role import Role
from gongdan.shared.definitions.team import Team

Places = Mapping[str | None, Role]


@dataclass(frozen=True, slots=True)
class Directory:
    """Active agents by name, with the workspace of each definition; names of the teams that somebody is in or leads.

    `roles` by name and workspace (None: the common one); `holders`: which roles have each action.
    """

    agents: Mapping[str, list[tuple[str | None, Agent]]] = field(default_factory=dict)
    teams: Mapping[str, frozenset[str]] = field(default_factory=dict)
    roles: Mapping[str, Places] = field(default_factory=dict)
    holders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def directory_of(catalog: Catalog) -> Directory:
    """The directory of a catalog."""
    agents: dict[str, list[tuple[str | None, Agent]]] = defaultdict(list)
    teams: dict[str, set[str]] = defaultdict(set)
    for item, spec in catalog.all(Agent):
        if spec.active:
            agents[item.name].append((item.workspace, spec))
            teams[item.name].update(spec.teams)
    for item, team in catalog.all(Team):
        for name in {*team.members, *([team.lead] if team.lead else ())}:
            teams[name].add(item.name)
    roles: dict[str, dict[str | None, Role]] = defaultdict(dict)
    holders: dict[str, set[str]] = defaultdict(set)
    for item, role in catalog.all(Role):
        roles[item.name][item.workspace] = role
        for action in role.actions:
            holders[action].add(item.name)
    return Directory(
        agents=dict(agents),
        teams={name: frozenset(found) for name, found in teams.items()},
        roles=dict(roles),
        holders={action: tuple(sorted(names)) for action, names in holders.items()},
    )
