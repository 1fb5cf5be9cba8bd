"""From the answers to a form to its message: files are kept, and what is infected is set aside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from pydantic import JsonValue

from gongdan.intake.domain import filled, identity, normalise
from gongdan.intake.domain.events import Arrival, received
from gongdan.intake.domain.filled import GivenFile
from gongdan.intake.domain.forms import Form, Submission, Submitter, compile_form
from gongdan.intake.handlers.callers import keep
from gongdan.intake.handlers.compiled import Compiled
from gongdan.intake.handlers.files import FileKeeper
from gongdan.intake.ports import Acceptor, Definitions, Receipt
from gongdan.shared.contracts.messages import Attachment
from gongdan.shared.definitions import form as definition
from gongdan.shared.definitions.agent import Agent
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.workspace import Files, Workspace
from gongdan.shared.errors import Complaint, FixInput


def _compile(item: Definition, spec: definition.Form) -> Form:
    return compile_form(item.name, item.workspace or "support", spec)


@dataclass(frozen=True, slots=True)
class Agents:
    """The names of the agents that somebody can choose in a workspace."""

    definitions: Definitions
    workspace: str

    def __contains__(self, name: object) -> bool:
        """Whether there is such an agent."""
        found = self.definitions.current.find(Agent, name, self.workspace) if isinstance(name, str) else None
        return found is not None and found[1].active


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was filled in: the answers, the files, and the id under which it is one message."""

    answers: Mapping[str, JsonValue]
    files: Sequence[GivenFile]
    external_id: str


@dataclass(frozen=True, slots=True)
class Filing:
    """Knows the forms, and takes what is filled in."""

    acceptor: Acceptor
    definitions: Definitions
    keeper: FileKeeper
    compiled: Compiled[definition.Form, Form] = field(default_factory=lambda: Compiled(_compile))

    def form(self, name: str, workspace: str | None) -> Form:
        """A form by its name; without a workspace the first that has one of that name. Raises FixInput (404)."""
        for item, spec in self.definitions.current.all(definition.Form):
            if item.name == name and workspace in {None, item.workspace}:
                return self.compiled.of(item, spec)
        complaint = Complaint("form", f"there is no form {name!r}", "name a form that is defined")
        raise FixInput("unknown-form", "no such form", complaint, status=404)

    async def file(self, form: Form, given: Filled, submitter: Submitter, when: Arrival) -> Receipt:
        """Returns after the commit. Raises FixInput, SlowDown, RetryLater."""
        answers = without_honeypot(form, given.answers)
        checked = filled.check(form, answers, given.files, submitter, self._bounds(form))
        kept = await self.keeper.keep(filled.kept(checked, given.files))
        aside = tuple((one.file.name, one.found) for one in kept.infected)
        message = normalise.from_form(form, Submission(checked, kept.attachments, aside), given.external_id)
        for one in kept.infected:
            await self.keeper.set_aside(one, "form", form.name, message)
        return await keep(self.acceptor, received(message, when), _hash_of(checked, kept.attachments))

    def agents(self, form: Form) -> Agents:
        """Whom somebody can choose in a form."""
        return Agents(self.definitions, form.workspace)

    def _bounds(self, form: Form) -> Files:
        found = self.definitions.current.find(Workspace, form.workspace)
        return found[1].files if found else filled.UNBOUNDED


def without_honeypot(form: Form, answers: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    """The answers without the field that people do not see, which they leave empty."""
    return {name: value for name, value in answers.items() if name != form.spec.guard.honeypot}


def _hash_of(answers: Mapping[str, JsonValue], files: Sequence[Attachment]) -> str:
    """Over what was meant: a browser draws a new boundary each time it sends the same form."""
    meant = orjson.dumps(dict(answers), option=orjson.OPT_SORT_KEYS)
    return identity.body_hash(meant, *(file.sha256.encode() for file in files))
