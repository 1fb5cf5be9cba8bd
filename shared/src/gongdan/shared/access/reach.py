"""The tickets that an actor may see and do something with, all at once: for lists, figures and exports."""

from gongdan.shared.access import nets
from gongdan.shared.access.actions import ANY
from gongdan.shared.access.nets import Net
from gongdan.shared.access.rights import Rights, may
from gongdan.shared.access.scope import TicketLike
from gongdan.shared.access.search import Found


def reach(rights: Rights, action: str) -> Found:
    """The net for the tickets that may be seen and on which the actor has the action.

    It is exact where every role that takes part can be searched by exactly, and takes no workspace's own role's place.
    """
    if rights.who.unlimited:
        return Found(nets.EVERYTHING, exact=True)
    showing = [one for one in rights.granted if one.fields.any_shown]
    acting = [one for one in rights.granted if not one.actions.isdisjoint({action, ANY})]
    seen, done = (nets.either(dict.fromkeys(one.net for one in some)) for some in (showing, acting))
    net: Net = seen if seen == done else nets.both([seen, done])
    return Found(net, exact=all(one.found.exact and not one.elsewhere for one in showing + acting))


def within(rights: Rights, action: str, ticket: TicketLike) -> bool:
    """Whether this ticket may be seen, and the actor has the action on it."""
    return rights.sight(ticket).seen and may(rights, action, ticket).allowed
