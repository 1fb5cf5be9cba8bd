"""Team and Agent under their former name."""

from gongdan.shared.definitions.agent import Agent
from gongdan.shared.definitions.team import Assignment, Team

__all__ = ["Agent", "Assignment", "Team"]
