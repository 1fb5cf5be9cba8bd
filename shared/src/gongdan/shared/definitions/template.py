"""Template: what a message says, in Chinese and English.

Places are `{{ ticket.number }}`, filled with plain text; HTML is escaped, and nothing can be called. A language that is
missing is replaced by the other one.

Example:

    kind: Template
    metadata: {name: breach, title: {zh: 超时, en: Breached}}
    spec:
      zh:
        subject: "{{ ticket.number }} 已超时"
        text: "工单 {{ ticket.number }}「{{ ticket.subject }}」已超过 {{ clock.metric }} 期限。"
      en:
        subject: "{{ ticket.number }} is overdue"
        text: "Ticket {{ ticket.number }} ({{ ticket.subject }}) is past its {{ clock.metric }} deadline."
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from gongdan.shared.definitions.base import Kind, Strict

PLACE = re.compile(r"\{\{(.{0,200}?)\}\}", re.DOTALL)
PATH = re.compile(r"\s*[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*){0,5}\s*")


def _check_places(text: str) -> str:
    """The text itself. Raises ValueError for a place that is no dotted name."""
    for place in PLACE.findall(text):
        if not PATH.fullmatch(place):
            raise ValueError(f"{{{{{place}}}}} is no place; write a dotted name, for instance {{{{ ticket.number }}}}")
    if "{{" in PLACE.sub("", text):
        raise ValueError("a {{ has no }} within 200 characters")
    return text


Short = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_check_places)]
Long = Annotated[str, StringConstraints(min_length=1, max_length=50_000), AfterValidator(_check_places)]


class Words(Strict):
    """A message in one language."""

    subject: Short = Field(description="The subject, or the title of a card.")
    text: Long = Field(description="The message as plain text.")
    html: Long | None = Field(default=None, description="The message as HTML, for mail.")
    markdown: Long | None = Field(default=None, description="The message as Markdown, for chats.")


class Template(Kind):
    """`spec` of kind Template."""

    zh: Words | None = Field(default=None, description="In Chinese.")
    en: Words | None = Field(default=None, description="In English.")

    @model_validator(mode="after")
    def _says_something(self) -> "Template":
        if self.zh is None and self.en is None:
            raise ValueError("write zh, en or both")
        return self
