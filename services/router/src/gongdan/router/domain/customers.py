"""Which organisation somebody belongs to, by their mail address, and with it their tier."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gongdan.shared.contracts.envelope import DecidedBy
from gongdan.shared.definitions.organisation import Organisation
from gongdan.shared.definitions.registry import Definition


@dataclass(frozen=True, slots=True)
class Customer:
    """The tier of an organisation, and the definition that says so."""

    tier: str | None
    by: tuple[DecidedBy, ...]


NOBODY = Customer(None, ())


@dataclass(frozen=True, slots=True)
class Customers:
    """Organisations by the addresses of their contacts and by their domains, in lower case."""

    known: Mapping[str, Customer] = field(default_factory=dict)

    def of(self, email: str | None) -> Customer:
        """Whose this address is: a contact's, else the nearest domain's."""
        if not email or not self.known:
            return NOBODY
        return next((found for key in _keys(email.lower()) if (found := self.known.get(key))), NOBODY)


def customers_of(definitions: Iterable[tuple[Definition, Organisation]]) -> Customers:
    """The customers of one workspace. Of two that claim the same, its own before a common one, then by name."""
    known: dict[str, Customer] = {}
    for item, spec in sorted(definitions, key=lambda one: (one[0].workspace is None, one[0].name)):
        customer = Customer(spec.tier, (DecidedBy(item.kind, item.name, item.version),))
        for key in (*spec.contacts, *spec.domains):
            known.setdefault(key.lower(), customer)
    return Customers(known)


def _keys(address: str) -> Iterator[str]:
    """The address, then its domain and those above it."""
    yield address
    domain = address.rpartition("@")[2]
    while "." in domain:
        yield domain
        domain = domain.partition(".")[2]
