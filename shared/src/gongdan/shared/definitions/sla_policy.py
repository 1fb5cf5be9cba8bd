"""SlaPolicy: how soon what must happen. The policy with the lowest `order` whose `when` holds is in force."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, StringConstraints

from gongdan.shared.contracts.sla import Metric
from gongdan.shared.contracts.tickets import StatusCategory
from gongdan.shared.definitions import rules
from gongdan.shared.definitions.base import Strict
from gongdan.shared.definitions.conditions import condition_over

# What a condition can look at: of what a routing rule sees, the ticket.
VARIABLES = {name: kind for name, kind in rules.VARIABLES.items() if name.startswith("ticket.")}
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_span(value: object) -> object:
    """`90s`, `15m`, `4h`, `3d` as a timedelta; anything else is left to Pydantic (ISO 8601, seconds)."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd])\s*", value) if isinstance(value, str) else None
    return timedelta(seconds=float(found[1]) * UNITS[found[2]]) if found else value


def write_span(span: timedelta) -> str:
    """The inverse of `parse_span`, in seconds."""
    return f"{span.total_seconds():g}s"


Span = Annotated[timedelta, BeforeValidator(parse_span), PlainSerializer(write_span)]
Threshold = Annotated[str, StringConstraints(pattern=r"^(\d{1,2}(\.\d+)?%|-\d+(\.\d+)?[smhd])$")]


class SlaPolicy(Strict):
    """`spec` of kind SlaPolicy. `when` is CEL over VARIABLES. A target maps a priority, or `*` for the others, to a
    span of running time.

    `warn` lists shares of the target (`80%`) and spans before its end (`-15m`). `pause_in` lists status categories
    in which a metric's clock rests.
    """

    order: int = 100
    when: Annotated[str, AfterValidator(condition_over(VARIABLES))] = "true"
    targets: dict[Metric, dict[str, Span]]
    pause_in: dict[Metric, list[StatusCategory]] = {"resolution": ["waiting"], "next_response": ["waiting"]}
    warn: list[Threshold] = ["80%"]
