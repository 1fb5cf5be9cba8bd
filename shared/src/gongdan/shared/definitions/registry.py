"""All kinds, and how a document becomes a checked definition.

Checked here is what a document says by itself: its shape, its bounds, whether it may have a workspace. That what it
names is there is for `references`, that its conditions compile for `expressions`.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from gongdan.shared.definitions.agent import Agent
from gongdan.shared.definitions.article import Article
from gongdan.shared.definitions.automation import Automation
from gongdan.shared.definitions.base import Document, Kind, Metadata, Scope
from gongdan.shared.definitions.calendar import Calendar
from gongdan.shared.definitions.category import Category
from gongdan.shared.definitions.channel import Channel
from gongdan.shared.definitions.dashboard import Dashboard
from gongdan.shared.definitions.faults import complaints_of
from gongdan.shared.definitions.form import Form
from gongdan.shared.definitions.mailbox import Mailbox
from gongdan.shared.definitions.notification_rule import NotificationRule
from gongdan.shared.definitions.organisation import Organisation
from gongdan.shared.definitions.process import Process
from gongdan.shared.definitions.report import Report
from gongdan.shared.definitions.role import Role
from gongdan.shared.definitions.routing_rule import RoutingRule
from gongdan.shared.definitions.sla_policy import SlaPolicy
from gongdan.shared.definitions.source import Source
from gongdan.shared.definitions.survey import Survey
from gongdan.shared.definitions.team import Team
from gongdan.shared.definitions.template import Template
from gongdan.shared.definitions.workflow import Workflow
from gongdan.shared.definitions.workspace import Workspace
from gongdan.shared.errors import Complaint, FixInput

# In the order in which a reader wants them: a workspace, who works in it, its doors, what it does, what it says.
KINDS: dict[str, type[Kind]] = {
    kind.__name__: kind
    for kind in (
        Workspace, Role, Agent, Team, Calendar, Mailbox, Source, Form, Category, Organisation, RoutingRule,
        Automation, Workflow, Process, SlaPolicy, NotificationRule, Channel, Template, Survey, Article,
        Dashboard, Report,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition whose spec fits its kind. `version` 0 means not applied yet."""

    kind: str
    workspace: str | None
    name: str
    version: int
    spec: Kind
    document: dict[str, Any]

    @property
    def key(self) -> tuple[str, str, str]:
        """Kind, workspace (empty where it has none) and name."""
        return self.kind, self.workspace or "", self.name


def check(raw: dict[str, Any], version: int = 0) -> Definition:
    """A checked definition. Raises FixInput that lists every field at fault, in its head and in its spec."""
    document, head = _head(raw)
    kind, spec = raw.get("kind"), raw.get("spec", {})
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise FixInput("invalid-definition", "unknown kind", *head, *_unknown(kind))
    made, body = _spec(model, spec)
    placed = _placed(model, document.metadata) if document else ()
    if document is None or made is None or placed:
        complaints = (*head, *placed, *body)
        raise FixInput("invalid-definition", f"{kind} {_name(raw)} does not fit its kind", *complaints)
    meta = document.metadata
    return Definition(document.kind, meta.workspace, meta.name, version, made, raw)


def complaints(raw: dict[str, Any]) -> tuple[Complaint, ...]:
    """Everything `check` would complain about; none when the document is sound."""
    try:
        check(raw)
    except FixInput as error:
        return error.complaints
    return ()


def _head(raw: dict[str, Any]) -> tuple[Document | None, tuple[Complaint, ...]]:
    try:
        return Document.model_validate(raw, by_alias=True, by_name=False), ()
    except ValidationError as error:
        # A kind that is none is complained about once, with those there are.
        found = complaints_of(error, raw, Document)
        return None, tuple(one for one in found if one.field not in ("kind", "spec"))


def _spec(model: type[Kind], spec: object) -> tuple[Kind | None, tuple[Complaint, ...]]:
    try:
        return model.model_validate(spec, by_alias=True, by_name=False), ()
    except ValidationError as error:
        return None, complaints_of(error, spec, model, "spec")


def _placed(model: type[Kind], metadata: Metadata) -> tuple[Complaint, ...]:
    """Whether it may, or must, belong to a workspace, and may have this name."""
    if metadata.name in model.taken:
        problem = f"{metadata.name} is not a name for a {model.__name__}: it means something else in addresses"
        return (Complaint("metadata.name", problem, "take another name"),)
    has = metadata.workspace is not None
    if model.belongs is Scope.NEVER and has:
        return (Complaint("metadata.workspace", f"a {model.__name__} belongs to no workspace", "remove it"),)
    if model.belongs is Scope.ALWAYS and not has:
        return (Complaint("metadata.workspace", "is missing", "name the workspace it belongs to"),)
    return ()


def _unknown(kind: object) -> tuple[Complaint, ...]:
    near = get_close_matches(str(kind), KINDS, n=1)
    cure = f"did you mean {near[0]}?" if near else f"one of: {', '.join(sorted(KINDS))}"
    return (Complaint("kind", f"{kind!r} is not a kind" if kind is not None else "is missing", cure),)


def _name(raw: dict[str, Any]) -> object:
    metadata = raw.get("metadata")
    return metadata.get("name", "") if isinstance(metadata, dict) else ""
