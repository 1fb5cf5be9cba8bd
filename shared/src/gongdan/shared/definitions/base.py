"""What all definitions share: strict documents, texts in two languages, names that are safe in keys and paths.

Every list, map and text in a definition is bounded, every field says what it is for (that is the description in the
JSON Schema), and what is not known is refused. Times are in `spans`, names of other definitions in `names`, conditions
as trees in `tree`.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from gongdan.shared.definitions.tree import ConditionTree
from gongdan.shared.errors import Complaint

API_VERSION = "gongdan/v1"
LONGEST_CONDITION = 4_000
LONGEST_TEXT = 4_000
MOST_LABELS = 50

NAME = r"^[a-z0-9][a-z0-9._-]{0,62}$"
FIELD_NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,62}$"
EMAIL = r"^[^@\s<>]+@[^@\s<>]+$"
REFERENCE = r"^(env|file):.+$"
Name = Annotated[str, StringConstraints(pattern=NAME)]
FieldName = Annotated[str, StringConstraints(pattern=FIELD_NAME)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Email = Annotated[str, StringConstraints(pattern=EMAIL, max_length=320)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=2_000)]
SecretRef = Annotated[str, StringConstraints(pattern=REFERENCE, max_length=500)]
Expression = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_CONDITION)]
Condition = Expression | ConditionTree


class Strict(BaseModel):
    """A part of a definition: unknown fields are refused, so that a typo is an error and not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, strict=True)


class Scope(StrEnum):
    """Whether definitions of a kind belong to a workspace: they must, they may (else all share them), or must not."""

    ALWAYS = "always"
    EITHER = "either"
    NEVER = "never"


class Kind(Strict):
    """The base of every kind's `spec`. `taken`: names that mean something else where it is asked for by name.

    `former`: names that older definitions use and that are still read, each with the field that stands for it now.
    """

    belongs: ClassVar[Scope] = Scope.EITHER
    taken: ClassVar[frozenset[str]] = frozenset()
    former: ClassVar[Mapping[str, str]] = {}

    def doubts(self) -> Iterator[Complaint]:
        """What is allowed but is hardly meant; fields are named within `spec`."""
        return iter(())


class LocalText(Strict):
    """A text for people in Chinese and English; one of them may be missing."""

    zh: str | None = Field(default=None, max_length=LONGEST_TEXT, description="In Chinese.")
    en: str | None = Field(default=None, max_length=LONGEST_TEXT, description="In English.")

    @model_validator(mode="after")
    def _says_something(self) -> "LocalText":
        if not self.zh and not self.en:
            raise ValueError("the text is empty; write zh, en or both")
        return self

    def best(self, locale: str) -> str:
        """The text in `locale`, else in the other language."""
        first, second = (self.zh, self.en) if locale.startswith("zh") else (self.en, self.zh)
        return first or second or ""


Text = LocalText | Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]

LabelKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._/-]{0,62}$")]
Label = Annotated[str, StringConstraints(max_length=200)]


class Metadata(Strict):
    """Name, workspace and version of a definition."""

    name: Name = Field(description="What other definitions call it; unique among its kind in its workspace.")
    workspace: Name | None = Field(default=None, description="The workspace it belongs to; without one, all share it.")
    title: Text | None = Field(default=None, description="What people call it.")
    version: int | None = Field(
        default=None, ge=1, description="The server's count. When given, it must be the latest: see optimistic locking."
    )
    labels: dict[LabelKey, Label] = Field(
        default={}, max_length=MOST_LABELS, description="The owner's own marks, for finding and sorting."
    )


class Document(Strict):
    """A definition as it is written down. `spec` is checked by its kind's model."""

    api_version: Literal["gongdan/v1"] = Field(default="gongdan/v1", alias="apiVersion", description="The language.")
    kind: str = Field(max_length=64, description="What is defined.")
    metadata: Metadata = Field(description="Which one it is.")
    spec: dict[str, Any] = Field(default={}, description="What it says; see the kind.")
