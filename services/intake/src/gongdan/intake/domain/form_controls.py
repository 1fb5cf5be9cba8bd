"""One field of a form as a control: what stands in it, what can be chosen, what is wrong with it. Pure; no markup."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gongdan.intake.domain.form_inputs import Look, attributes_of, least_stars, look_of, most_stars
from gongdan.intake.domain.form_messages import Language
from gongdan.intake.domain.form_view import Shown, text
from gongdan.intake.domain.form_words import WORDS, size
from gongdan.shared.errors import Complaint

Typed = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Control:
    """One field on the page. `attributes` are those of its input; a `conditional` one may be hidden by the script.

    `rows` are those of a table, each with a cell for each column; a cell is never required, for its row may be blank.
    """

    name: str
    look: Look
    kind: str
    title: str
    hint: str = ""
    required: bool = False
    conditional: bool = False
    values: Sequence[str] = ()
    choices: Sequence[Choice] = ()
    attributes: Mapping[str, object] = field(default_factory=dict)
    faults: Sequence[str] = ()
    rows: Sequence[Sequence["Control"]] = ()
    is_cell: bool = False

    @property
    def value(self) -> str:
        """What stands in it; of several the last."""
        return self.values[-1] if self.values else ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a browser sent, and what is wrong with it; nothing on a page that is shown for the first time."""

    typed: Typed | None = None
    complaints: Sequence[Complaint] = ()


def control(given: Shown, language: Language, sent: Sent, zone: str) -> Control:
    """The control of a field of a form's `view`. `zone` names the time zone of local times."""
    look = look_of(given)
    wrong = [one for one in sent.complaints if is_about(one, given["name"])]
    values = _values(given, sent.typed)
    return Control(
        name=given["name"],
        look=look,
        kind=given["kind"],
        title=given["title"],
        hint=" ".join(_hints(given, language, zone)),
        required=given["required"],
        conditional=given["visible_when"] is not None,
        values=values,
        choices=_choices(given, look, values, language),
        attributes=attributes_of(look, given),
        faults=[sentence(one, given["title"], language) for one in wrong],
    )


def _values(given: Shown, typed: Typed | None) -> Sequence[str]:
    if typed is None:
        default = given["schema"].get("default")
        return [_text(one) for one in (default if isinstance(default, list) else [default])]
    if given["kind"] == "money":
        return [(typed.get(f"{given['name']}.{part}") or [""])[-1] for part in ("currency", "amount")]
    return typed.get(given["name"], ())


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""


def _hints(given: Shown, language: Language, zone: str) -> Iterable[str]:
    words = WORDS[language]
    if given["description"]:
        yield given["description"]
    if given["kind"] == "datetime":
        yield words["zone"].format(zone=zone)
    if isinstance(given.get("max_bytes"), int):
        yield words["size"].format(size=size(given["max_bytes"]))


def _choices(given: Shown, look: Look, values: Sequence[str], language: Language) -> Sequence[Choice]:
    words = WORDS[language]
    found: list[tuple[str, str]] = [(str(one["value"]), one["label"]) for one in given.get("options", ())]
    if look == "radios" and given["kind"] == "checkbox":
        found = [("true", words["yes"]), ("false", words["no"])]
    elif look == "radios" and given["kind"] == "rating":
        schema = given["schema"]
        found = [(str(one), str(one)) for one in range(least_stars(schema), most_stars(schema) + 1)]
    elif look == "money":
        offered = given["schema"]["properties"]["currency"].get("enum", ())
        found = [(one, one) for one in offered if isinstance(one, str)]
        values = values[:1]
    if given["kind"] == "tree_select":
        paths = dict(_paths(given["schema"].get("x-tree"), language))
        found = [(value, paths.get(value, label)) for value, label in found]
    return [Choice(value, label, value in values) for value, label in found]


def _paths(nodes: object, language: Language, above: str = "", called: str = "") -> Iterable[tuple[str, str]]:
    """The nodes of a tree by their paths, each called by all that is above it, too."""
    for node in nodes if isinstance(nodes, list) else ():
        if isinstance(node, Mapping) and isinstance(node.get("value"), str):
            path = f"{above}{node['value']}"
            name = f"{called}{text({one: node.get(one) for one in ('zh', 'en')}, language) or node['value']}"
            yield path, name
            yield from _paths(node.get("children"), language, f"{path}/", f"{name} / ")


def is_about(complaint: Complaint, name: str) -> bool:
    """Whether it is about this field or a part of it."""
    return complaint.field == name or complaint.field.startswith(f"{name}.")


def sentence(complaint: Complaint, title: str, language: Language) -> str:
    """What is wrong and what to do, of something with this title."""
    pattern = WORDS[language]["fault" if complaint.field != "body" else "plain-fault"]
    return pattern.format(title=title, problem=complaint.problem, cure=complaint.cure)
