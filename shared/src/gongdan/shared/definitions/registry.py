"""All kinds, and how a document becomes a checked definition."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from gongdan.shared.definitions.base import Document, Strict
from gongdan.shared.definitions.channel import Channel
from gongdan.shared.definitions.form import Form
from gongdan.shared.definitions.mailbox import Mailbox
from gongdan.shared.definitions.people import Agent, Team
from gongdan.shared.definitions.rules import RoutingRule
from gongdan.shared.definitions.sla_policy import SlaPolicy
from gongdan.shared.definitions.source import Source
from gongdan.shared.definitions.workspace import Workspace
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.problems import complaints_of

KINDS: dict[str, type[Strict]] = {
    kind.__name__: kind for kind in (Workspace, Mailbox, Source, Form, Team, Agent, RoutingRule, SlaPolicy, Channel)
}


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition whose spec fits its kind. `version` 0 means not applied yet."""

    kind: str
    workspace: str | None
    name: str
    version: int
    spec: Strict
    document: dict[str, Any]

    @property
    def key(self) -> tuple[str, str, str]:
        """Kind, workspace (empty where it has none) and name."""
        return self.kind, self.workspace or "", self.name


def check(raw: dict[str, Any], version: int = 0) -> Definition:
    """A checked definition. Raises FixInput that lists every field at fault."""
    try:
        document = Document.model_validate(raw)
    except ValidationError as error:
        raise FixInput("invalid-definition", "not a definition", *complaints_of(error)) from error
    model = KINDS.get(document.kind)
    if model is None:
        known = ", ".join(sorted(KINDS))
        raise FixInput(
            "invalid-definition",
            "unknown kind",
            Complaint("kind", f"{document.kind!r} is not a kind", f"one of: {known}"),
        )
    try:
        spec = model.model_validate(document.spec)
    except ValidationError as error:
        where = f"{document.kind} {document.metadata.name}"
        raise FixInput("invalid-definition", f"{where} does not fit its kind", *complaints_of(error, "spec")) from error
    meta = document.metadata
    return Definition(document.kind, meta.workspace, meta.name, version, spec, raw)
