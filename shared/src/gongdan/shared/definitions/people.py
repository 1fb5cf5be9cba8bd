"""Team and Agent: who works, and who owns work."""

from typing import Literal

from gongdan.shared.definitions.base import Name, Strict


class Assignment(Strict):
    """How a team gives out its work."""

    strategy: Literal["round_robin", "none"] = "round_robin"


class Team(Strict):
    """`spec` of kind Team. Members are names of Agents, in roster order."""

    members: list[Name] = []
    lead: Name | None = None
    assignment: Assignment = Assignment()


class Agent(Strict):
    """`spec` of kind Agent."""

    display: str
    email: str | None = None
    active: bool = True
