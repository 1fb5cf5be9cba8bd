"""What all definitions share: strict documents, texts in two languages, names that are safe in keys and paths."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
API_VERSION = "gongdan/v1"


class Strict(BaseModel):
    """A part of a definition: unknown fields are refused, so that a typo is an error and not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class LocalText(Strict):
    """A text for people in Chinese and English; either may be missing."""

    zh: str | None = None
    en: str | None = None

    def best(self, locale: str) -> str:
        """The text in `locale`, else in the other language, else empty."""
        first, second = (self.zh, self.en) if locale.startswith("zh") else (self.en, self.zh)
        return first or second or ""


class Metadata(Strict):
    """Name, workspace and version of a definition. `version` is the server's."""

    name: Name
    workspace: Name | None = None
    title: LocalText | str | None = None
    version: int | None = Field(default=None, ge=1)
    labels: dict[str, str] = {}


class Document(Strict):
    """A definition as it is written down. `spec` is checked by its kind's model."""

    api_version: Literal["gongdan/v1"] = Field(default="gongdan/v1", alias="apiVersion")
    kind: str
    metadata: Metadata
    spec: dict[str, Any] = {}
