"""Bytes to inputs in one pass; whatever is wrong becomes complaints that name field, problem and cure."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from gongdan.intake.domain.commands import COMMAND, CommandInput
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.problems import complaints_of

Model = TypeVar("Model", bound=BaseModel)
NAMES = ("Reply", "AddNote", "Assign", "Transition", "SetPriority", "Snooze")


def read(model: type[Model], body: bytes, context: Mapping[str, str] | None = None) -> Model:
    """The input in a JSON body. Raises FixInput: 400 when it is not JSON, 422 when a field is wrong.

    `context` is what the model has to know of the definitions.
    """
    try:
        return model.model_validate_json(body, context=context)
    except ValidationError as error:
        raise _problem(error, complaints_of(error)) from error


def read_command(body: bytes) -> CommandInput:
    """The command in a JSON body. Raises FixInput as `read` does."""
    try:
        return COMMAND.validate_json(body)
    except ValidationError as error:
        raise _problem(error, [_of_command(item) for item in complaints_of(error)]) from error


def _problem(error: ValidationError, complaints: Sequence[Complaint]) -> FixInput:
    if error.errors(include_url=False, include_input=False)[0]["type"] == "json_invalid":
        return FixInput("invalid-json", "the request is not JSON", *complaints, status=400)
    return FixInput("invalid-input", "the request does not fit its schema", *complaints)


def _of_command(found: Complaint) -> Complaint:
    """Without the name of the command's model, which the caller has never heard of."""
    name, _, rest = found.field.partition(".")
    if name in NAMES:
        return Complaint(rest or "body", found.problem, found.cure)
    if found.problem.startswith(("Input tag", "Unable to extract tag")):
        return Complaint("command", "names no command", f"one of: {', '.join(NAMES)}")
    return found
