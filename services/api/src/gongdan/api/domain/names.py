"""What people call the teams, categories and agents that tickets name, in both languages."""

from collections.abc import Callable, Mapping

from gongdan.shared.access import fields
from gongdan.shared.access.rights import Rights
from gongdan.shared.definitions.agent import Agent
from gongdan.shared.definitions.base import LocalText
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.category import Category
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.team import Team

Titles = Mapping[str, str]
Names = Mapping[str, Titles]
# By the attribute of a ticket that names it.
KINDS: Mapping[str, type[Agent | Category | Team]] = {"assignee": Agent, "category": Category, "team": Team}


def names(catalog: Catalog, workspace: str, tells: Callable[[str], bool]) -> dict[str, Names]:
    """By attribute, the titles of what it can name in a workspace; of those attributes that may be told."""
    return {
        attribute: {item.name: titles(item, spec) for item, spec in catalog.all(model, workspace)}
        for attribute, model in KINDS.items()
        if tells(attribute)
    }


def titles(item: Definition, spec: Agent | Category | Team) -> Titles:
    """What people call it: an agent by what people read, anything else by its title, else its name."""
    given = spec.display if isinstance(spec, Agent) else item.document["metadata"].get("title")
    if isinstance(given, Mapping):
        text = LocalText.model_validate(given)
        return {locale: text.best(locale) for locale in ("zh", "en")}
    return {locale: str(given or item.name) for locale in ("zh", "en")}


def tells(rights: Rights, workspace: str, attribute: str) -> bool:
    """Whether somebody may know all that an attribute can name: whoever sees it there on some ticket.

    But customers do not hear of all agents: they see who works on their own tickets, not who works here.
    """
    if attribute == "assignee" and rights.who.actor.kind == "contact":
        return False
    shown = (one.fields.of(attribute) > fields.HIDE for one in rights.granted if one.counts_in(workspace))
    return rights.who.unlimited or any(shown)
