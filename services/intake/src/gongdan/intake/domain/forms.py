"""A Form definition at work: what may be sent, what is wrong with it, and what message it makes."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs
from pydantic import JsonValue

from gongdan.intake.domain import form_messages, limits
from gongdan.intake.domain.form_messages import Language
from gongdan.intake.domain.inputs import EMAIL
from gongdan.shared.contracts.messages import Attachment, Person
from gongdan.shared.definitions import form as definition
from gongdan.shared.definitions.form_fields import FormField, columns, form_fields
from gongdan.shared.definitions.form_schema import strict_schema
from gongdan.shared.definitions.form_visibility import Visibility, visibility_of
from gongdan.shared.errors import Complaint, FixInput

PLACE = re.compile(r"\{([A-Za-z0-9_.-]+)\}")
MOST_COMPLAINTS = 20
Answers = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody filled in: answers by field, and the files; for fields of files their names are the answer.

    `aside`: files that were not kept with it, each with the reason.
    """

    answers: Answers
    attachments: tuple[Attachment, ...] = ()
    aside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Submitter:
    """Who fills in a form: the language of what they are told, their roles (None: all), the agents they can name."""

    language: Language = "en"
    roles: frozenset[str] | None = frozenset()
    agents: Container[str] = frozenset()

    def sees(self, field: FormField) -> bool:
        """Whether a field is there for them."""
        return not field.roles or self.roles is None or bool(field.roles & self.roles)


@dataclass(frozen=True, slots=True)
class Form:
    """A form that can be filled in. Made by `compile_form`."""

    name: str
    workspace: str
    spec: definition.Form
    fields: Mapping[str, FormField]
    validator: jsonschema_rs.Draft202012Validator
    visibility: Visibility = field(default_factory=Visibility)

    @property
    def properties(self) -> Mapping[str, Mapping[str, Any]]:
        """The schema's fields."""
        return {name: one.schema for name, one in self.fields.items()}

    def check(self, answers: Answers, submitter: Submitter) -> dict[str, JsonValue]:
        """The answers that count: without blanks and without those of fields that are not shown, which are never
        asked for either. Raises FixInput naming every field at fault, in the submitter's language.
        """
        language = submitter.language
        given: dict[str, JsonValue] = {name: one for name, one in answers.items() if one is not None and one != ""}
        unseen = frozenset(name for name, one in self.fields.items() if not submitter.sees(one))
        wrong = [form_messages.complaint(name, "additionalProperties", language) for name in unseen & given.keys()]
        hidden = self.visibility.hidden(given)
        kept = {name: value for name, value in given.items() if name not in hidden}
        for error in self.validator.iter_errors(kept):
            if not _excused(error, hidden | unseen):
                wrong.extend(form_messages.complaints(error, language))
        people = named_people(self.fields.values(), kept)
        wrong.extend(
            form_messages.complaint(path, "person", language)
            for path, who in people
            if who not in submitter.agents and not re.match(EMAIL, who)
        )
        if wrong:
            raise refused(*sorted(wrong, key=lambda one: one.field)[:MOST_COMPLAINTS], language=language)
        return kept

    def takes_files(self, field: str) -> bool:
        """Whether a field is for files."""
        return field in self.fields and self.fields[field].kind == "file"

    def subject(self, answers: Answers) -> str:
        """The subject, one line, from the definition's pattern."""
        return " ".join(fill(self.spec.subject, answers).split())[: limits.SUBJECT]

    def text(self, answers: Answers) -> str:
        """The text from the definition's pattern, or else one line per answer."""
        if self.spec.body is not None:
            return fill(self.spec.body, answers)[: limits.TEXT]
        lines = [f"{self._title(name)}: {_plain(value)}" for name, value in answers.items()]
        return "\n".join(lines)[: limits.TEXT]

    def requester(self, answers: Answers) -> Person:
        """Who filled it in, as far as the answers tell."""
        email, name = answers.get(self.spec.email_field), answers.get(self.spec.name_field)
        known = isinstance(email, str) and re.match(EMAIL, email.strip())
        return Person(
            name=str(name)[: limits.NAME] if name else None,
            email=str(email).strip().lower() if known else None,
        )

    def _title(self, name: str) -> str:
        return self.fields[name].title("en") if name in self.fields else name


def named_people(fields: Iterable[FormField], answers: Answers, above: str = "") -> Iterator[tuple[str, str]]:
    """Everybody whom answers name, in the rows of tables too, each with the path of the answer."""
    for one in fields:
        value = answers.get(one.name)
        if one.kind == "person" and isinstance(value, str):
            yield f"{above}{one.name}", value
        for nth, row in enumerate(value if one.kind == "table" and isinstance(value, list) else ()):
            if isinstance(row, dict):
                yield from named_people(columns(one), row, f"{above}{one.name}.{nth}.")


def _excused(error: jsonschema_rs.ValidationError, fields: Container[str]) -> bool:
    """Whether what is missing is something that was not asked for."""
    if error.kind.name != "required" or list(error.instance_path):
        return False
    return error.kind.as_dict()["property"] in fields


def compile_form(name: str, workspace: str, spec: definition.Form) -> Form:
    """A form ready for use. Raises FixInput when its schema is none. Remote references are never followed."""
    fields = form_fields(spec)
    try:
        validator = jsonschema_rs.Draft202012Validator(
            strict_schema(spec.json_schema, fields),
            validate_formats=True,
            offline=True,
            pattern_options=jsonschema_rs.RegexOptions(),
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        problem = str(error).strip().splitlines()[0]
        raise FixInput(
            "invalid-definition",
            f"Form {name} has no usable schema",
            Complaint("spec.schema", problem, "write a JSON Schema 2020-12 without remote references"),
        ) from error
    return Form(name, workspace, spec, {one.name: one for one in fields}, validator, visibility_of(fields))


def fill(pattern: str, answers: Mapping[str, JsonValue]) -> str:
    """The pattern with each `{field}` replaced by its answer; by nothing where there is none."""
    return PLACE.sub(lambda place: _plain(answers.get(place[1])), pattern)


def refused(*complaints: Complaint, language: Language = "en") -> FixInput:
    """What is wrong with a submission."""
    return FixInput("invalid-input", form_messages.REFUSED[language], *complaints)


def _plain(value: JsonValue | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, dict):
        return " ".join(map(_plain, value.values()))
    return str(value)
