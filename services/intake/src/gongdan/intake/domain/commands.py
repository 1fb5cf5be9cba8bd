"""What an agent may ask of a ticket, as it is sent: the command's name in any usual spelling, its fields bounded."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Discriminator, Field, Tag, TypeAdapter, model_validator

from gongdan.intake.domain.inputs import FileInput, Files, Filled, Input, Reference, Text
from gongdan.shared.contracts import messages
from gongdan.shared.contracts.messages import Attachment, Priority
from gongdan.shared.definitions.base import Name

SPELLINGS = {
    "reply": "Reply",
    "addnote": "AddNote",
    "note": "AddNote",
    "assign": "Assign",
    "transition": "Transition",
    "setpriority": "SetPriority",
    "priority": "SetPriority",
    "snooze": "Snooze",
}


def canonical(name: object) -> object:
    """`set_priority`, `set-priority` and `SetPriority` are one command."""
    if not isinstance(name, str):
        return name
    return SPELLINGS.get(name.lower().replace("_", "").replace("-", "").replace(" ", ""), name)


class _CommandInput(Input):
    external_id: Reference | None = None
    expected_version: Annotated[int, Field(ge=1)] | None = None


class ReplyInput(_CommandInput):
    """Answer the requester in public."""

    command: Annotated[Literal["Reply"], BeforeValidator(canonical)]
    text: Filled
    attachments: Files = ()


class AddNoteInput(_CommandInput):
    """Write something only agents see."""

    command: Annotated[Literal["AddNote"], BeforeValidator(canonical)]
    text: Filled
    attachments: Files = ()


class AssignInput(_CommandInput):
    """Give the ticket to a team, an agent, or both."""

    command: Annotated[Literal["Assign"], BeforeValidator(canonical)]
    team: Name | None = None
    assignee: Name | None = None

    @model_validator(mode="after")
    def _somebody(self) -> "AssignInput":
        if self.team is None and self.assignee is None:
            raise ValueError("assigns nobody: give team, assignee or both")
        return self


class TransitionInput(_CommandInput):
    """Move the ticket to another state of its workflow."""

    command: Annotated[Literal["Transition"], BeforeValidator(canonical)]
    to: Name
    comment: Text | None = None


class SetPriorityInput(_CommandInput):
    """Change how urgent the ticket is."""

    command: Annotated[Literal["SetPriority"], BeforeValidator(canonical)]
    priority: Priority


class SnoozeInput(_CommandInput):
    """Take the ticket off the active list until a time; null wakes it now."""

    command: Annotated[Literal["Snooze"], BeforeValidator(canonical)]
    until: AwareDatetime | None


def _which(raw: object) -> str | None:
    given = raw.get("command") if isinstance(raw, dict) else getattr(raw, "command", None)
    name = canonical(given)
    return name if isinstance(name, str) else None


CommandInput = Annotated[
    Annotated[ReplyInput, Tag("Reply")]
    | Annotated[AddNoteInput, Tag("AddNote")]
    | Annotated[AssignInput, Tag("Assign")]
    | Annotated[TransitionInput, Tag("Transition")]
    | Annotated[SetPriorityInput, Tag("SetPriority")]
    | Annotated[SnoozeInput, Tag("Snooze")],
    Discriminator(_which),
]
COMMAND: TypeAdapter[CommandInput] = TypeAdapter(CommandInput)


def files_of(asked: CommandInput) -> tuple[FileInput, ...]:
    """The files that a command wants to attach."""
    return asked.attachments if isinstance(asked, ReplyInput | AddNoteInput) else ()


def command_of(asked: CommandInput, attachments: tuple[Attachment, ...]) -> messages.Command:
    """The contract's command. `attachments` are the files of `asked` as they were found."""
    match asked:
        case ReplyInput():
            return messages.Reply(text=asked.text, attachments=attachments)
        case AddNoteInput():
            return messages.AddNote(text=asked.text, attachments=attachments)
        case AssignInput():
            return messages.Assign(team=asked.team, assignee=asked.assignee)
        case TransitionInput():
            return messages.Transition(to=asked.to, comment=asked.comment)
        case SetPriorityInput():
            return messages.SetPriority(priority=asked.priority)
        case SnoozeInput():
            return messages.Snooze(until=asked.until)
