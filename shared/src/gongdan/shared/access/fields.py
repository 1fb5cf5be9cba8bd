"""Fields of a ticket, and what a set of field rules lets an actor see and change.

A rule is hide, read or write for one field, or for `*`: every field without a rule of its own. What no rule
mentions is hidden. Of several roles that apply to a ticket, the most permissive counts, field by field.

A ticket's own fields are OWN_FIELDS; every other name is one of its workspace's form fields. `fields.x` means the
form field x even where a ticket has a field of its own by that name; without such a rule the rule for `x` counts.
For everybody but agents `*` does not include INSIDE: what is said among those who work must be shown by name.
Id, number, version, workspace and times have no rules: whoever sees anything of a ticket sees these.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["hide", "read", "write"]
LEVELS: dict[str, int] = {"hide": 0, "read": 1, "write": 2}
HIDE, READ, WRITE = 0, 1, 2
EVERY = "*"
FORM_FIELD = "fields."

# The attribute of a ticket that a field governs, and what stands in its place where it is hidden.
ATTRIBUTES: dict[str, tuple[str, object]] = {
    "channel": ("channel", None),
    "form": ("channel", None),
    "subject": ("subject", None),
    "status": ("status", None),
    "status_category": ("status", None),
    "priority": ("priority", None),
    "category": ("category", None),
    "team": ("team", None),
    "assignee": ("assignee", None),
    "follow_up_of": ("follow_up_of", None),
    "snoozed_until": ("snoozed_until", None),
    "tier": ("tier", None),
    "requester": ("requester", None),
    "tags": ("tags", []),
    "clocks": ("clocks", []),
    "deliveries": ("deliveries", []),
    "delivery_counts": ("deliveries", {}),
}
# messages: what was said with the requester; notes: what agents said among themselves; history: who did what, why.
CONVERSATION = frozenset({"messages", "notes", "history"})
INSIDE = frozenset({"notes", "deliveries"})
OWN_FIELDS = frozenset(name for name, _ in ATTRIBUTES.values()) | CONVERSATION


@dataclass(frozen=True, slots=True)
class FieldRules:
    """Levels by field name, with `default` for every other. Use `rules_of` to make one.

    `blanks` holds the hidden attributes with what stands in their place; `shown` and `hidden` are the form fields
    that differ from the default.
    """

    default: int = HIDE
    levels: Mapping[str, int] = field(default_factory=dict)
    blanks: Mapping[str, object] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    def of(self, name: str) -> int:
        """The level of a field: one of a ticket's own, or `fields.x` for a form field."""
        found = self.levels.get(name)
        if found is None and name.startswith(FORM_FIELD):
            found = self.levels.get(name[len(FORM_FIELD) :])
        return self.default if found is None else found

    @property
    def all_shown(self) -> bool:
        """Whether nothing is hidden."""
        return self.default > HIDE and not self.hidden and not self.blanks

    @property
    def any_shown(self) -> bool:
        """Whether anything is shown at all."""
        return self.default > HIDE or any(level > HIDE for level in self.levels.values())

    def form_fields(self, values: Mapping[str, object]) -> Mapping[str, object]:
        """Those of a ticket's form fields that are shown."""
        if self.default > HIDE:
            if self.hidden.isdisjoint(values):
                return values
            # Taking a few away is three times as fast as asking of each whether it stays.
            kept = dict(values)
            for name in self.hidden:
                kept.pop(name, None)
            return kept
        shown = self.shown
        return {name: value for name, value in values.items() if name in shown}


def rules_of(given: Mapping[str, str], *, outside: bool = False) -> FieldRules:
    """The rules of one role: field to hide, read or write. `outside`: for somebody who is no agent."""
    levels = {name: LEVELS[level] for name, level in given.items()}
    default = levels.pop(EVERY, HIDE)
    return _compiled(default, (dict.fromkeys(INSIDE, HIDE) if outside else {}) | levels)


def most_permissive(rules: Iterable[FieldRules]) -> FieldRules:
    """What several roles allow together."""
    given = list(rules)
    if len(given) == 1:
        return given[0]
    names = {name for one in given for name in one.levels}
    default = max((one.default for one in given), default=HIDE)
    return _compiled(default, {name: max(one.of(name) for one in given) for name in names})


def least_permissive(rules: Iterable[FieldRules]) -> FieldRules:
    """What each of several roles allows by itself."""
    given = list(rules)
    names = {name for one in given for name in one.levels}
    default = min((one.default for one in given), default=HIDE)
    return _compiled(default, {name: min(one.of(name) for one in given) for name in names})


EVERYTHING = FieldRules(default=WRITE)
NOTHING = FieldRules(blanks={name: blank for name, (_, blank) in ATTRIBUTES.items()})


def _compiled(default: int, levels: Mapping[str, int]) -> FieldRules:
    plain = FieldRules(default, levels)
    forms = {name.removeprefix(FORM_FIELD) for name in levels}
    return FieldRules(
        default=default,
        levels=levels,
        blanks={name: blank for name, (owner, blank) in ATTRIBUTES.items() if plain.of(owner) == HIDE},
        shown=frozenset(name for name in forms if plain.of(FORM_FIELD + name) > HIDE),
        hidden=frozenset(name for name in forms if plain.of(FORM_FIELD + name) == HIDE),
    )
