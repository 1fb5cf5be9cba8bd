"""What somebody may search: which fields, on which tickets, and in which order without giving anything away."""

from collections.abc import Iterator
from dataclasses import dataclass

from gongdan.api.domain.searching import MESSAGES, NOTES, NUMBER, REQUESTER, SUBJECT
from gongdan.shared.access import fields, nets
from gongdan.shared.access.fields import FORM_FIELD, HIDE, FieldRules
from gongdan.shared.access.nets import Net
from gongdan.shared.access.rights import Rights, may_filter_on

OWN = (SUBJECT, REQUESTER, MESSAGES, NOTES)


@dataclass(frozen=True, slots=True)
class Shown:
    """The fields that may be searched: `named`, and where `others` all form fields but those that are `hidden`."""

    named: frozenset[str]
    others: bool = False
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Seen:
    """The fields that one role shows on the tickets of its net."""

    net: Net
    shown: Shown


@dataclass(frozen=True, slots=True)
class Searchable:
    """All that an actor may search. `titles`: the fields whose hits may come first, being shown on every ticket.

    `exact`: the nets let through nothing that may not be seen, so that what comes through can be counted.
    """

    seen: tuple[Seen, ...]
    titles: frozenset[str]
    exact: bool


def searchable_by(rights: Rights) -> Searchable:
    """What somebody with these rights may search."""
    titles = frozenset([NUMBER, *(name for name in (SUBJECT, REQUESTER) if may_filter_on(rights, name))])
    if rights.who.unlimited:
        return Searchable((Seen(nets.EVERYTHING, _shown(fields.EVERYTHING)),), titles, exact=True)
    showing = [one for one in rights.granted if one.fields.any_shown]
    return Searchable(
        seen=tuple(Seen(one.net, _shown(one.fields)) for one in showing),
        titles=titles,
        exact=all(one.found.exact and not one.elsewhere for one in showing),
    )


def _shown(rules: FieldRules) -> Shown:
    named = frozenset([NUMBER, *_named(rules)])
    if rules.default > HIDE:
        return Shown(named, others=True, hidden=frozenset(FORM_FIELD + name for name in rules.hidden))
    return Shown(named | {FORM_FIELD + name for name in rules.shown})


def _named(rules: FieldRules) -> Iterator[str]:
    yield from (name for name in OWN if rules.of(name) > HIDE)
