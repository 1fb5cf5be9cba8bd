"""Whether definitions can be applied as a whole: alone, together, and with what is in force."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from gongdan.intake.domain import changes, soundness
from gongdan.intake.domain.changes import Planned, Stored
from gongdan.intake.domain.placed import MOST_COMPLAINTS
from gongdan.intake.domain.sent import Sent, Written
from gongdan.shared.definitions import expressions, references
from gongdan.shared.definitions.catalog import Catalog, Key
from gongdan.shared.definitions.field_types import Fields
from gongdan.shared.definitions.references import Cycle, Use
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.errors import Complaint, FixInput

Given = Sequence[tuple[Written, Definition]]


@dataclass(frozen=True, slots=True)
class Known:
    """Everything at one revision: the latest version of each definition, deleted ones included, and those in force.

    `unreadable` says why the latest version of some is not the one in force.
    """

    revision: int = 0
    stored: Mapping[Key, Stored] = field(default_factory=dict)
    catalog: Catalog = field(default_factory=Catalog)
    unreadable: Mapping[Key, str] = field(default_factory=dict)

    @property
    def keys(self) -> set[Key]:
        """What exists."""
        return {key for key, item in self.stored.items() if item.document is not None}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of each definition sent, and everything as it will be."""

    planned: Sequence[Planned]
    after: Known


def on_applying(known: Known, sent: Sent) -> Verdict:
    """What applying makes of everything. Raises FixInput with all that is wrong in all documents: 409 when it is
    only that versions are not the latest, else 422."""
    definitions = [item for _, item in sent.sound]
    planned = changes.plan(known.stored, definitions)
    after = advanced(known, planned, definitions)
    everything = [*sent.sound, *sent.rests]
    wrong = [*sent.complaints, *changes.repeated(everything)]
    wrong += _alone(sent, after.catalog)
    wrong += _together(known, sent, after.catalog)
    wrong += _elsewhere(sent.sound, after.catalog)
    stale = changes.stale(known.stored, everything)
    if wrong:
        raise _refused("invalid-definition", [*wrong, *stale])
    if stale:
        raise _refused("version-conflict", stale, status=409)
    return Verdict(planned, after)


def on_deletion(known: Known, key: Key) -> Verdict:
    """What deleting makes of everything. Raises FixInput (404) when there is none, (409) with all that name it."""
    planned = changes.plan_deletion(known.stored, key)
    users = references.users_of(key, known.catalog.items.values())
    if users:
        cure = "let it name another, or delete it first"
        fields = [f"{use.definition.kind} {use.definition.name}.{use.reference.path}" for use in users]
        complaints = [Complaint(one, f"names {key[0]} {key[2]!r}", cure) for one in fields[:MOST_COMPLAINTS]]
        raise FixInput("still-used", "other definitions name it", *complaints, status=409)
    after = advanced(known, [planned], [])
    broken = list(_broken(after.catalog, {key[1] or None}, set())) if key[0] == "Form" else []
    if broken:
        cure = "change the condition first"
        complaints = [Complaint(f"{item.kind} {item.name}.{one.field}", one.problem, cure) for item, one in broken]
        raise FixInput("still-used", "other definitions look at its fields", *complaints[:MOST_COMPLAINTS], status=409)
    return Verdict([planned], after)


def advanced(known: Known, planned: Sequence[Planned], definitions: Sequence[Definition]) -> Known:
    """Everything after a change."""
    new = [item for item in planned if item.result != "unchanged"]
    if not new:
        return known
    versions = {item.key: item.version for item in new}
    items = dict(known.catalog.items) | {
        item.key: replace(item, version=versions[item.key]) for item in definitions if item.key in versions
    }
    for gone in new:
        if gone.document is None:
            items.pop(gone.key, None)
    stored = dict(known.stored) | {item.key: Stored(item.key, item.version, item.document) for item in new}
    unreadable = {key: why for key, why in known.unreadable.items() if stored[key] == known.stored[key]}
    return Known(known.revision + 1, stored, Catalog(known.revision + 1, items), unreadable)


def _alone(sent: Sent, after: Catalog) -> Iterator[Complaint]:
    """Of what is left of a definition only its conditions are asked about: all else needs the whole."""
    fields = Fields(Catalog(after.revision, {**after.items, **{item.key: item for _, item in sent.rests}}))
    for written, item in sent.sound:
        yield from (_at(written, one) for one in soundness.complaints(item, fields))
    for written, item in sent.rests:
        variables = fields.of(item.workspace).variables
        yield from (_at(written, one) for one in expressions.complaints(item.spec, variables))


def _elsewhere(given: Given, after: Catalog) -> Iterator[Complaint]:
    """Conditions of others that work no more with the fields that these forms leave."""
    forms = {item.workspace: written for written, item in given if item.kind == "Form"}
    sent = {item.key for _, item in given}
    for item, one in _broken(after, set(forms), sent) if forms else ():
        written = forms.get(item.workspace) or next(iter(forms.values()))
        problem = f"{item.kind} {item.name}.{one.field} would work no more: {one.problem}"
        yield written.complaint("spec.schema", problem, "keep the field and its type, or change both together")


def _broken(
    after: Catalog, workspaces: Collection[str | None], but: AbstractSet[Key]
) -> Iterator[tuple[Definition, Complaint]]:
    fields = Fields(after)
    for item in soundness.dependants(after, workspaces):
        if item.key not in but:
            variables = fields.of(item.workspace).variables
            yield from ((item, one) for one in expressions.complaints(item.spec, variables))


def _together(known: Known, sent: Sent, after: Catalog) -> Iterator[Complaint]:
    """Names that lead nowhere or back to themselves. What is unsound still counts as being there."""
    places = {item.key: written for written, item in sent.sound}
    index = references.Index([*known.keys, *places, *_unsound(sent)])
    acyclic = False
    for written, item in (*sent.sound, *sent.rests):
        for reference in references.of(item):
            acyclic = acyclic or reference.acyclic
            if not index.targets(item, reference):
                yield _at(written, Use(item, reference).complaint)
    for cycle in references.cycles(after.items.values()) if acyclic else ():
        yield from _in_cycle(cycle, places)


def _in_cycle(cycle: Cycle, places: Mapping[Key, Written]) -> Iterator[Complaint]:
    for place, use in enumerate(cycle.uses):
        written = places.get(use.definition.key)
        if written is not None:
            yield _at(written, Cycle((*cycle.uses[place:], *cycle.uses[:place])).complaint)
            return


def _at(written: Written, one: Complaint) -> Complaint:
    return written.complaint(one.field, one.problem, one.cure)


def _unsound(sent: Sent) -> set[Key]:
    sound = {written.number for written, _ in sent.sound}
    found: set[Key] = set()
    for written in sent.reading.written:
        meta = written.data.get("metadata")
        if written.number not in sound and isinstance(meta, dict):
            found.add((str(written.data.get("kind")), str(meta.get("workspace") or ""), str(meta.get("name"))))
    return found


def _refused(slug: str, complaints: Sequence[Complaint], status: int = 422) -> FixInput:
    why = "not all definitions are sound" if status == 422 else "definitions have changed since they were read"
    more = f"; the first {MOST_COMPLAINTS} of {len(complaints)} faults" if len(complaints) > MOST_COMPLAINTS else ""
    ordered = sorted(complaints, key=lambda one: one.document if one.document is not None else -1)
    return FixInput(slug, f"nothing was applied: {why}{more}", *ordered[:MOST_COMPLAINTS], status=status)
