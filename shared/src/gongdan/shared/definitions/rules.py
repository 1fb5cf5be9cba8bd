"""RoutingRule: one step of the ordered chain that decides category, priority and team."""

from gongdan.shared.contracts.messages import Priority
from gongdan.shared.definitions.base import Name, Strict

VARIABLES = {"ticket": "dyn", "message": "dyn"}


class Effect(Strict):
    """One thing a rule does; exactly the fields that are set take effect."""

    set_priority: Priority | None = None
    set_category: Name | None = None
    assign_team: Name | None = None
    add_tags: list[str] = []


class RoutingRule(Strict):
    """`spec` of kind RoutingRule. `when` is CEL over `ticket` and `message`; lower `order` is asked first."""

    order: int = 100
    when: str = "true"
    then: list[Effect]
    stop: bool = False
