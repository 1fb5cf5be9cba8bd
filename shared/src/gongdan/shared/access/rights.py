"""What an actor may do and see: compiled once per actor and revision of the definitions, asked for every ticket.

Deny by default. A role counts for a ticket when it is granted there (everywhere, or in the ticket's workspace)
and its scope holds. Actions and field rules of all roles that count are taken together, the most permissive of
each. A workspace's own role takes the place of the common one of that name for the workspace's tickets.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel

from gongdan.shared.access import fields, nets, scope
from gongdan.shared.access.actions import ANY
from gongdan.shared.access.directory import Directory, directory_of
from gongdan.shared.access.fields import FieldRules, most_permissive
from gongdan.shared.access.granted import Granted, granted
from gongdan.shared.access.nets import Net
from gongdan.shared.access.scope import Scope, TicketLike
from gongdan.shared.access.who import Credential, Who, who_is
from gongdan.shared.definitions.catalog import Catalog

REMEMBERED_TICKETS = 50_000
REMEMBERED_ACTORS = 2_000
Ticket = TypeVar("Ticket", bound=BaseModel)


class WithFields(TicketLike, Protocol):
    """A ticket with the fields of its forms."""

    @property
    def fields(self) -> Mapping[str, object]:
        """What forms and commands gave it, by name."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether, and where not, why: a sentence for the one who asked. `roles` are those that would allow it."""

    allowed: bool
    why: str = ""
    roles: tuple[str, ...] = ()


YES = Verdict(True)


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may do with one ticket, and see of it."""

    actions: frozenset[str] = frozenset()
    fields: FieldRules = fields.NOTHING
    _blanks: dict[type[BaseModel], Mapping[str, object]] = field(default_factory=dict, compare=False)

    def blanks(self, kind: type[BaseModel]) -> Mapping[str, object]:
        """What stands in place of the hidden attributes that this kind of view has."""
        if kind not in self._blanks:
            found = {name: blank for name, blank in self.fields.blanks.items() if name in kind.model_fields}
            self._blanks[kind] = found
        return self._blanks[kind]

    @property
    def seen(self) -> bool:
        """Whether the ticket exists for them at all."""
        return self.fields.any_shown


BLIND = Sight()
ALL_SEEING = Sight(frozenset({ANY}), fields.EVERYTHING)


@dataclass(frozen=True, slots=True)
class _There:
    """The roles that count in a workspace, each with its place among all, and their scopes that no net stands for."""

    roles: tuple[tuple[int, Granted], ...]
    asked: tuple[Scope, ...]


def _counting_in(given: Iterable[Granted], workspace: str) -> _There:
    roles = tuple((place, one) for place, one in enumerate(given) if one.counts_in(workspace))
    return _There(roles, tuple(one.scope for _, one in roles if not one.found.exact))


@dataclass(slots=True)
class Rights:
    """An actor's rights. `holders` says for each action which roles have it, for whoever is told no.

    `by`: who really uses them, where somebody acts as the actor.
    """

    who: Who
    granted: tuple[Granted, ...] = ()
    holders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by: str | None = None
    _there: dict[str, _There] = field(default_factory=dict)
    _counting: dict[tuple[UUID, int], Sight] = field(default_factory=dict)
    _sights: dict[tuple[int, ...], Sight] = field(default_factory=dict)

    def sight(self, ticket: TicketLike) -> Sight:
        """What the actor may do with this version of a ticket; remembered."""
        if self.who.unlimited:
            return ALL_SEEING
        key = (ticket.id, ticket.version)
        found = self._counting.get(key)
        if found is None:
            if len(self._counting) >= REMEMBERED_TICKETS:
                self._counting.clear()
            found = self._counting[key] = self._together(self._roles_for(ticket))
        return found

    def holding(self, action: str) -> tuple[str, ...]:
        """The roles that allow an action, to whoever has them."""
        return tuple(sorted({*self.holders.get(action, ()), *self.holders.get(ANY, ())}))

    def _roles_for(self, ticket: TicketLike) -> tuple[int, ...]:
        there = self._there.get(ticket.workspace)
        if there is None:
            there = self._there[ticket.workspace] = _counting_in(self.granted, ticket.workspace)
        values = scope.values(there.asked, ticket) if there.asked else None
        return tuple([place for place, one in there.roles if one.holds(ticket, values)])

    def _together(self, places: tuple[int, ...]) -> Sight:
        found = self._sights.get(places)
        if found is None:
            roles = [self.granted[place] for place in places]
            rules = most_permissive([one.fields for one in roles]) if roles else fields.NOTHING
            found = self._sights[places] = Sight(self._actions(roles), rules)
        return found

    def _actions(self, roles: Iterable[Granted]) -> frozenset[str]:
        return frozenset[str]().union(*(one.actions for one in roles))

    def sees_everywhere(self, name: str) -> bool:
        """Whether a field is shown on every ticket there is, by one and the same role."""
        return self.who.unlimited or any(one.everywhere and one.fields.of(name) > fields.HIDE for one in self.granted)

    @property
    def net(self) -> Net:
        """What a database can search by to find the tickets that may be seen; see `search.py`."""
        if self.who.unlimited:
            return nets.EVERYTHING
        showing = [one for one in self.granted if one.fields.any_shown]
        return nets.either(one.net for one in showing)


def may(rights: Rights, action: str, ticket: TicketLike | None = None, written: Iterable[str] = ()) -> Verdict:
    """Whether the actor may do this to the ticket and write these fields of it; without a ticket, whether at all."""
    who = rights.who
    if who.only is not None and action not in who.only:
        return Verdict(False, f"this key is not for {action}")
    if who.unlimited:
        return YES
    if ticket is None:
        allowed = any(_has(one.actions, action) for one in rights.granted)
        return YES if allowed else _refused(rights, action, "")
    sight = rights.sight(ticket)
    if not _has(sight.actions, action):
        return _refused(rights, action, " on this ticket")
    closed = [name for name in written if sight.fields.of(name) < fields.WRITE]
    return Verdict(False, f"no role lets you change {', '.join(closed)} of this ticket") if closed else YES


def redact(rights: Rights, ticket: Ticket) -> Ticket | None:
    """The ticket with what is hidden left blank; None when the actor may not know that it exists."""
    # That a model is also what is asked about cannot be said of a type variable.
    asked = cast(WithFields, ticket)
    sight = rights.sight(asked)
    if sight.fields.all_shown:
        return ticket
    if not sight.seen:
        return None
    given = asked.fields
    shown, blanks = sight.fields.form_fields(given), sight.blanks(type(ticket))
    if shown is given:
        return ticket.model_copy(update=blanks) if blanks else ticket
    return ticket.model_copy(update={**blanks, "fields": shown})


def may_filter_on(rights: Rights, name: str) -> bool:
    """Whether tickets may be filtered, sorted or grouped by a field without giving it away.

    Only where it is shown on every ticket that the actor can see: by a role that counts everywhere, or by each
    role that shows anything. Otherwise the presence or place of a ticket would tell what is hidden on it.
    """
    if rights.sees_everywhere(name):
        return True
    shown = [one.fields.of(name) > fields.HIDE for one in rights.granted if one.fields.any_shown]
    return bool(shown) and all(shown)


def may_define(rights: Rights, kind: str, workspace: str | None = None, *, write: bool = False) -> Verdict:
    """Whether the actor may read, or write, definitions of a kind.

    A role that is granted in a workspace only is about that workspace's definitions only.
    """
    if rights.who.unlimited:
        return YES
    there = (one for one in rights.granted if one.workspace in {None, workspace})
    level = max((one.defining(kind) for one in there), default=fields.HIDE)
    if level >= (fields.WRITE if write else fields.READ):
        return YES
    return Verdict(False, f"none of your roles lets you {'change' if write else 'read'} definitions of kind {kind}")


def _has(actions: frozenset[str], action: str) -> bool:
    return action in actions or ANY in actions


def _refused(rights: Rights, action: str, where: str) -> Verdict:
    roles = rights.holding(action)
    cure = f"; roles that have it: {', '.join(roles)}" if roles else "; no role has it"
    return Verdict(False, f"none of your roles allows {action}{where}{cure}", roles)


def rights_of(catalog: Catalog, proved: Credential) -> Rights:
    """The rights of whoever proved this, by these definitions. A role that nobody defined gives nothing."""
    return _rights(directory_of(catalog), proved)


def _rights(directory: Directory, proved: Credential) -> Rights:
    who = who_is(directory, proved)
    found = tuple(one for grant in sorted(who.grants, key=str) for one in granted(directory, who, grant))
    return Rights(who, found, directory.holders, proved.by)


@dataclass(slots=True)
class RightsBook:
    """Rights by the catalog in force, each made when first asked for and kept until the catalog changes."""

    _catalog: Catalog | None = None
    _directory: Directory = field(default_factory=Directory)
    _made: dict[Credential, Rights] = field(default_factory=dict)

    def of(self, catalog: Catalog, proved: Credential) -> Rights:
        """The rights of whoever proved this."""
        if catalog is not self._catalog:
            self._catalog, self._directory, self._made = catalog, directory_of(catalog), {}
        if len(self._made) >= REMEMBERED_ACTORS:
            self._made.clear()
        found = self._made.get(proved)
        if found is None:
            found = self._made[proved] = _rights(self._directory, proved)
        return found
