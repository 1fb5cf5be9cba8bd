"""RoutingRule under its former name."""

from gongdan.shared.definitions.routing_rule import VARIABLES, Effect, RoutingRule

__all__ = ["VARIABLES", "Effect", "RoutingRule"]
