"""A sample to try a condition on: nested as one would write it, `{ticket: {priority: high}, fields: {cost: 5}}`.

What is not given is empty or null, as its type has it. What no condition could look at is refused: it is a typing
mistake.
"""

from collections.abc import Iterator, Mapping

from gongdan.shared.definitions.typed_values import fit_all
from gongdan.shared.errors import Complaint, FixInput

MOST_COMPLAINTS = 20
FIELDS = "fields."


def sample_values(variables: Mapping[str, str], sample: Mapping[str, object]) -> dict[str, object]:
    """The variables. Raises FixInput naming everything in the sample that is not known."""
    given = dict(sample)
    ticket = given.get("ticket")
    if isinstance(ticket, Mapping):
        given = _of_forms(variables, ticket.get("fields")) | given
        given["ticket"] = {"fields": given.get("fields", {}), **ticket}
    found = dict(_flat(variables, given, ""))
    unknown = [path for path in found if path not in variables]
    if unknown:
        cure = f"one of: {', '.join(sorted(variables))}"
        complaints = [Complaint(f"sample.{path}", "is not known", cure) for path in unknown[:MOST_COMPLAINTS]]
        raise FixInput("invalid-sample", "the sample cannot be used", *complaints)
    return fit_all(variables, found)


def _of_forms(variables: Mapping[str, str], fields: object) -> dict[str, object]:
    """Of a ticket's fields those that a form gives, as the sample would have them; others are the ticket's alone."""
    names = {name.removeprefix(FIELDS).partition(".")[0] for name in variables if name.startswith(FIELDS)}
    known = {name: value for name, value in fields.items() if name in names} if isinstance(fields, Mapping) else {}
    return {"fields": known} if known else {}


def _flat(variables: Mapping[str, str], sample: Mapping[str, object], above: str) -> Iterator[tuple[str, object]]:
    for name, value in sample.items():
        path = f"{above}{name}"
        inside = any(one.startswith(f"{path}.") for one in variables)
        if inside and isinstance(value, Mapping):
            yield from _flat(variables, value, f"{path}.")
        elif not inside or value is not None:
            yield path, value
