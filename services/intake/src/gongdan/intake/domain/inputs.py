"""What callers may send, bounded field by field. Unknown fields are refused: a typo is an error, not a silence."""

import re
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from gongdan.intake.domain import limits, phones
from gongdan.shared.contracts.messages import Priority
from gongdan.shared.definitions.base import Name

TICKET_NUMBER = r"^[A-Z]{1,8}-[1-9]\d{0,17}$"
EMAIL = r"^[^\s@<>\"\x00-\x1f]{1,64}@[^\s@<>\"\x00-\x1f]{1,255}$"


def _mail_address(text: str) -> str:
    """Raises ValueError in words: patterns are for programs."""
    if re.fullmatch(EMAIL, text) is None:
        raise ValueError("is no mail address; write name@example.com")
    return text


Text = Annotated[str, StringConstraints(max_length=limits.TEXT), AfterValidator(limits.clean)]
Filled = Annotated[str, StringConstraints(min_length=1, max_length=limits.TEXT), AfterValidator(limits.clean)]
Subject = Annotated[str, StringConstraints(max_length=limits.SUBJECT), AfterValidator(limits.clean)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=limits.NAME), AfterValidator(limits.clean)]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=limits.REFERENCE, pattern=r"^[^\x00-\x1f]+$")]
Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True),
    AfterValidator(_mail_address),
    Field(json_schema_extra={"pattern": EMAIL}),
]
Phone = Annotated[str, StringConstraints(min_length=2, max_length=40)]
PhoneLike = Annotated[str, StringConstraints(max_length=40)]
TicketNumber = Annotated[str, StringConstraints(pattern=TICKET_NUMBER)]
Fields = Annotated[dict[str, JsonValue], AfterValidator(limits.tidy_fields)]


class Input(BaseModel):
    """A part of a request."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonInput(Input):
    """Who asks: at least one of email, phone (E.164) and id (the sender's own name for them)."""

    name: Label | None = None
    email: Email | None = None
    phone: Annotated[Phone, AfterValidator(phones.e164)] | None = None
    id: Reference | None = None

    @model_validator(mode="after")
    def _known(self) -> "PersonInput":
        if not (self.email or self.phone or self.id):
            raise ValueError("names nobody: give email, phone or id")
        return self


class FileInput(Input):
    """A file that was uploaded before, as the upload's answer named it."""

    name: Label
    content_type: Annotated[str, StringConstraints(max_length=200)] = "application/octet-stream"
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    size: int | None = None


Files = Annotated[tuple[FileInput, ...], Field(max_length=limits.FILES)]


class NewMessage(Input):
    """An API message: opens a ticket, or joins `ticket` or whatever `conversation` belongs to."""

    external_id: Reference | None = None
    requester: PersonInput
    subject: Subject = ""
    text: Filled
    workspace: Name = "support"
    ticket: TicketNumber | None = None
    conversation: Reference | None = None
    priority: Priority | None = None
    fields: Fields = Field(default_factory=dict)
    attachments: Files = ()
    occurred_at: AwareDatetime | None = None


class CallNumbers(Input):
    """Who called whom. The other party is `from` of a call in, `to` of a call out; ours may be an extension.

    Numbers without `+` are at home in `region` (ISO 3166), else in the workspace's, which therefore come first. A
    withheld number may be left out, empty, or a word for it.
    """

    region: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    workspace: Name = "support"
    direction: Literal["in", "out"] = "in"
    from_: Annotated[PhoneLike | None, Field(alias="from")] = None
    to: PhoneLike | None = None

    @field_validator("from_", "to")
    @classmethod
    def _to_e164(cls, number: str | None, info: ValidationInfo) -> str | None:
        theirs = info.field_name == ("from_" if info.data.get("direction", "in") == "in" else "to")
        if number is None or number.strip().lower() in phones.WITHHELD:
            return None
        if not theirs:
            return number.strip()
        regions = info.context or {}
        return phones.e164(number, info.data.get("region") or regions.get(info.data.get("workspace")))

    @property
    def party(self) -> str | None:
        """The other party's number in E.164."""
        return self.from_ if self.direction == "in" else self.to

    @property
    def line(self) -> str | None:
        """Our own number or extension, as it was given."""
        return self.to if self.direction == "in" else self.from_


class NewCall(CallNumbers):
    """A telephone call as its agent logs it."""

    call_id: Reference | None = None
    occurred_at: AwareDatetime | None = None
    duration_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None
    name: Label | None = None
    subject: Subject = ""
    notes: Filled
    ticket: TicketNumber | None = None
    priority: Priority | None = None
    fields: Fields = Field(default_factory=dict)
