"""What the definitions in force say about one workspace, in the shape that decisions need."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gongdan.router.domain.chain import Chain, compile_chain
from gongdan.router.domain.customers import Customers, customers_of
from gongdan.shared.contracts.envelope import DecidedBy
from gongdan.shared.definitions.agent import Agent
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.field_types import Fields
from gongdan.shared.definitions.on_call import OnCall
from gongdan.shared.definitions.organisation import Organisation
from gongdan.shared.definitions.process import Process
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.routing_rule import RoutingRule
from gongdan.shared.definitions.team import Team
from gongdan.shared.definitions.workspace import Workspace

MOST_WORKSPACES = 1_000


@dataclass(frozen=True, slots=True)
class Crew:
    """A team as assignment sees it: its roster in order, who of it is at work, who leads it, and its rota."""

    decided_by: DecidedBy
    roster: tuple[str, ...]
    active: frozenset[str]
    strategy: str
    lead: str | None = None
    on_call: OnCall | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One workspace's rules, teams and agents. `team` is the default team with the definition that says so.

    `spec` is the Workspace itself, in `version`; one that nobody defined has version 0 and says what is usual.
    """

    workspace: str
    prefix: str = "GD"
    team: str | None = None
    team_by: tuple[DecidedBy, ...] = ()
    teams: Mapping[str, Crew] = field(default_factory=dict)
    agents: Mapping[str, Agent] = field(default_factory=dict)
    chain: Chain = field(default_factory=Chain)
    processes: Mapping[str, DecidedBy] = field(default_factory=dict)
    customers: Customers = field(default_factory=Customers)
    spec: Workspace = field(default_factory=Workspace)
    version: int = 0


def policy_of(catalog: Catalog, workspace: str) -> Policy:
    """The policy of a workspace; one that no definition names has no team and no rules but the common ones."""
    agents = {item.name: spec for item, spec in catalog.all(Agent, workspace)}
    teams = {item.name: _crew(item, spec, agents) for item, spec in catalog.all(Team, workspace)}
    # Of two rules with one name, the workspace's own, which comes last, is in force.
    rules = {item.name: (item, spec) for item, spec in catalog.all(RoutingRule, workspace)}
    chain = compile_chain(rules.values(), Fields(catalog))
    processes = {item.name: _by(item) for item, _ in catalog.all(Process, workspace)}
    customers = customers_of(catalog.all(Organisation, workspace))
    common = Policy(workspace, teams=teams, agents=agents, chain=chain, processes=processes, customers=customers)
    found = catalog.find(Workspace, workspace)
    if found is None:
        return common
    item, spec = found
    team = spec.team if spec.team in teams else None
    by = (_by(item),)
    return replace(common, prefix=spec.number_prefix, team=team, team_by=by, spec=spec, version=item.version)


def _crew(item: Definition, team: Team, agents: Mapping[str, Agent]) -> Crew:
    """A team with its members in their order, then those who name it themselves."""
    joined = sorted(name for name, agent in agents.items() if item.name in agent.teams)
    roster = tuple(dict.fromkeys((*team.members, *joined)))
    active = frozenset(name for name in roster if name in agents and agents[name].active)
    return Crew(_by(item), roster, active, team.assignment.strategy, team.lead, team.on_call)


def _by(item: Definition) -> DecidedBy:
    return DecidedBy(item.kind, item.name, item.version)


@dataclass(slots=True)
class Policies:
    """Policies of the catalog in force, each made when first asked for and kept until the catalog changes."""

    _catalog: Catalog | None = None
    _made: dict[str, Policy] = field(default_factory=dict)

    def of(self, catalog: Catalog, workspace: str) -> Policy:
        """The policy of a workspace by this catalog."""
        if catalog is not self._catalog or len(self._made) > MOST_WORKSPACES:
            self._catalog, self._made = catalog, {}
        if workspace not in self._made:
            self._made[workspace] = policy_of(catalog, workspace)
        return self._made[workspace]
