"""RoutingRule: one step of the ordered chain that decides category, priority and team of a new ticket.

Rules are asked by `order`, then by name; each sees the ticket as those before it left it. Each that holds takes
effect, until one says stop. A rule that fails on a message does not hold. Limits: rules see the first message only,
once; what happens later is for an Automation.

Example:

    kind: RoutingRule
    metadata: {name: vip, workspace: support, title: {zh: 重要客户, en: Important customers}}
    spec:
      order: 10
      when: ticket.organisation.tier == "vip" && ticket.priority != "urgent"
      then: [{set_priority: high}, {assign_team: tier2, add_tags: [vip]}]
      stop: true
"""

from pydantic import Field

from gongdan.shared.contracts.messages import Priority
from gongdan.shared.definitions.base import Kind, Strict, Tag
from gongdan.shared.definitions.expressions import MessageCondition
from gongdan.shared.definitions.names import CategoryName, TeamName
from gongdan.shared.definitions.variables import PLACES

VARIABLES = PLACES["message"]


class Effect(Strict):
    """One thing a rule does; exactly the fields that are set take effect."""

    set_priority: Priority | None = Field(default=None, description="Make it this urgent.")
    set_category: CategoryName | None = Field(default=None, description="Put it into this Category.")
    assign_team: TeamName | None = Field(default=None, description="Give it to this Team.")
    add_tags: list[Tag] = Field(default=[], max_length=50, description="Mark it.")


class RoutingRule(Kind):
    """`spec` of kind RoutingRule. `when` is CEL over VARIABLES, or a tree; lower `order` is asked first."""

    order: int = Field(default=100, ge=0, le=1_000_000, description="Lower is asked first.")
    when: MessageCondition = Field(default="true", description="Holds for the tickets it is about.")
    then: list[Effect] = Field(max_length=50, description="What it does, in this order.")
    stop: bool = Field(default=False, description="Whether no later rule is asked once this one holds.")
