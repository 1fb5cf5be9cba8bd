"""What conditions see of a ticket, from what may be seen of it."""

from collections.abc import Mapping

from gongdan.api.domain.views import Ticket
from gongdan.shared.definitions.field_types import field_values
from gongdan.shared.definitions.typed_values import fit_all
from gongdan.shared.definitions.variables import ATTRIBUTES


def ticket_values(types: Mapping[str, str], ticket: Ticket) -> dict[str, object]:
    """The variables; `now` is when the ticket was last changed, as it is for rules."""
    plain = ticket.model_dump(mode="json")
    own = {name: plain[attribute] for name, attribute in ATTRIBUTES.items()}
    return {**fit_all(types, {**own, "now": ticket.updated_at}), **field_values(types, ticket.fields)}
