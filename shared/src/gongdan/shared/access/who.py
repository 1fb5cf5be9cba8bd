"""An actor with its teams and roles, as the definitions in force say.

| kind | roles | known by |
| --- | --- | --- |
| agent | of its Agent definitions, each in the workspace it is defined in; and any its session adds | session |
| contact | `contact` | session |
| key | what it was issued with | API key |
| anonymous | `anonymous` | nothing |
| system, rule | no roles and no limits: what the definitions themselves decide | never at a door |

An agent who is not defined, or not active, has no roles at all, whatever its session says.
"""

from dataclasses import dataclass

from gongdan.shared.access.directory import Directory
from gongdan.shared.contracts.envelope import Actor

ANONYMOUS = Actor("anonymous", "")
# Stands for every right there is. No role can be named so; only the administrator's token gives it.
UNLIMITED = "*"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that counts in one workspace, or everywhere (None)."""

    role: str
    workspace: str | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """Everything about an actor that rights depend on. Two that are equal have the same rights.

    `only`: no action but these, though the roles allow more (None: no such limit). `organisation` is a mail domain.
    """

    actor: Actor
    grants: frozenset[Grant] = frozenset()
    teams: frozenset[str] = frozenset()
    email: str = ""
    organisation: str = ""
    source: str = ""
    only: frozenset[str] | None = None
    unlimited: bool = False


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request proved: who sends it, and what the proof itself adds or takes away.

    `by`: who really sends it, where an administrator acts as somebody else. It changes no right.
    """

    actor: Actor
    roles: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None
    organisation: str = ""
    source: str = ""
    by: str | None = None


def who_is(directory: Directory, proved: Credential) -> Who:
    """The actor behind a credential, by the definitions in force."""
    actor = proved.actor
    unlimited = UNLIMITED in proved.roles or actor.kind in {"system", "rule"}
    only = None if proved.only is None else frozenset(proved.only)
    if actor.kind == "agent":
        agents = directory.agents.get(actor.id, [])
        grants = {Grant(role, place) for place, spec in agents for role in spec.roles}
        extra = {Grant(role) for role in proved.roles} if agents else set()
        email = next((spec.email for _, spec in agents if spec.email), "")
        teams = directory.teams.get(actor.id, frozenset()) if agents else frozenset()
        return Who(actor, frozenset(grants | extra), teams, email.lower(), only=only, unlimited=unlimited)
    roles = (actor.kind,) if actor.kind in {"contact", "anonymous"} else proved.roles
    return Who(
        actor=actor,
        grants=frozenset(map(Grant, roles)),
        email=actor.id.removeprefix("email:").lower() if actor.id.startswith("email:") else "",
        organisation=proved.organisation.lower(),
        source=proved.source,
        only=only,
        unlimited=unlimited,
    )
