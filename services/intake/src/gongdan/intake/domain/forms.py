"""A Form definition at work: what may be sent, what is wrong with it, and what message it makes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs
from pydantic import JsonValue

from gongdan.intake.domain import limits
from gongdan.intake.domain.inputs import EMAIL
from gongdan.shared.contracts.messages import Attachment, Person
from gongdan.shared.definitions import form as definition
from gongdan.shared.errors import Complaint, FixInput

PLACE = re.compile(r"\{([A-Za-z0-9_.-]+)\}")
MOST_COMPLAINTS = 20


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody filled in: answers by field, without the files, which are attachments."""

    answers: Mapping[str, JsonValue]
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form that can be filled in. Made by `compile_form`."""

    name: str
    workspace: str
    spec: definition.Form
    validator: jsonschema_rs.Draft202012Validator

    @property
    def properties(self) -> Mapping[str, Mapping[str, Any]]:
        """The schema's fields."""
        return {name: item for name, item in self._declared.items() if isinstance(item, dict)}

    @property
    def _declared(self) -> Mapping[str, Any]:
        found = self.spec.json_schema.get("properties", {})
        return found if isinstance(found, dict) else {}

    def check(self, answers: Mapping[str, JsonValue], files: Mapping[str, Sequence[str]]) -> None:
        """Raises FixInput naming every field at fault. `files` are the names of the files in each field."""
        named = {field: _as_answer(self.properties[field], names) for field, names in files.items()}
        found = [_complaint(error) for error in self.validator.iter_errors({**answers, **named})]
        if found:
            raise refused(*found[:MOST_COMPLAINTS])

    def takes_files(self, field: str) -> bool:
        """Whether a field is for files."""
        return is_file(self.properties.get(field, {}))

    def subject(self, answers: Mapping[str, JsonValue]) -> str:
        """The subject, one line, from the definition's pattern."""
        return " ".join(fill(self.spec.subject, answers).split())[: limits.SUBJECT]

    def text(self, answers: Mapping[str, JsonValue]) -> str:
        """The text from the definition's pattern, or else one line per answer."""
        if self.spec.body is not None:
            return fill(self.spec.body, answers)[: limits.TEXT]
        lines = [f"{self._title(name)}: {_plain(value)}" for name, value in answers.items()]
        return "\n".join(lines)[: limits.TEXT]

    def requester(self, answers: Mapping[str, JsonValue]) -> Person:
        """Who filled it in, as far as the answers tell."""
        email, name = answers.get(self.spec.email_field), answers.get(self.spec.name_field)
        known = isinstance(email, str) and re.match(EMAIL, email.strip())
        return Person(
            name=str(name)[: limits.NAME] if name else None,
            email=str(email).strip().lower() if known else None,
        )

    def _title(self, name: str) -> str:
        title = self.properties.get(name, {}).get("title")
        return title if isinstance(title, str) else name


def compile_form(name: str, workspace: str, spec: definition.Form) -> Form:
    """A form ready for use. Raises FixInput when its schema is none. Remote references are never followed."""
    try:
        validator = jsonschema_rs.Draft202012Validator(
            spec.json_schema,
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
    return Form(name, workspace, spec, validator)


def is_file(schema: Mapping[str, Any]) -> bool:
    """Whether a property stands for a file or a list of files."""
    items = schema.get("items")
    return schema.get("format") == "file" or (isinstance(items, dict) and items.get("format") == "file")


def coerce(form: Form, fields: Sequence[tuple[str, str]]) -> dict[str, JsonValue]:
    """Answers from a browser's form, where everything is text: as the schema's types, blanks left out."""
    texts: dict[str, list[str]] = {}
    for name, value in fields:
        if value != "":
            texts.setdefault(name, []).append(value)
    return {name: _typed(form.properties.get(name, {}), values) for name, values in texts.items()}


def _typed(schema: Mapping[str, Any], values: Sequence[str]) -> JsonValue:
    if schema.get("type") == "array":
        items = schema.get("items")
        return [_scalar(items if isinstance(items, dict) else {}, value) for value in values]
    return _scalar(schema, values[-1])


def _scalar(schema: Mapping[str, Any], text: str) -> JsonValue:
    match schema.get("type"):
        case "boolean":
            return {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}.get(
                text.lower(), text
            )
        case "integer" if re.fullmatch(r"[+-]?\d{1,18}", text):
            return int(text)
        case "number" if re.fullmatch(r"[+-]?\d{1,18}(\.\d{1,18})?([eE][+-]?\d{1,2})?", text):
            return float(text)
    return text


def fill(pattern: str, answers: Mapping[str, JsonValue]) -> str:
    """The pattern with each `{field}` replaced by its answer; by nothing where there is none."""
    return PLACE.sub(lambda place: _plain(answers.get(place[1])), pattern)


def refused(*complaints: Complaint) -> FixInput:
    """What is wrong with a submission."""
    return FixInput("invalid-input", "the submission does not fit the form", *complaints)


def _as_answer(schema: Mapping[str, Any], names: Sequence[str]) -> JsonValue:
    return list(names) if schema.get("type") == "array" else names[-1]


def _plain(value: JsonValue | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return str(value)


def _complaint(error: jsonschema_rs.ValidationError) -> Complaint:
    path = [str(part) for part in error.instance_path]
    match error.kind:
        case jsonschema_rs.ValidationErrorKind.Required() as kind:
            return Complaint(".".join([*path, str(kind.property)]), "is missing", "add this field")
        case jsonschema_rs.ValidationErrorKind.AdditionalProperties() as kind:
            names = ", ".join(".".join([*path, name]) for name in kind.unexpected[:MOST_COMPLAINTS])
            return Complaint(names, "is no field of this form", "remove it, or correct its name")
    return Complaint(".".join(path) or "body", error.message[:500], "correct this value")
