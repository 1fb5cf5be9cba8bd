"""Form submissions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import orjson
from pydantic import JsonValue

from gongdan.intake.domain import filled, identity, normalise
from gongdan.intake.domain.events import arrival, received
from gongdan.intake.domain.filled import GivenFile
from gongdan.intake.domain.form_messages import Language
from gongdan.intake.domain.form_view import view
from gongdan.intake.domain.forms import Form, Submission, Submitter, compile_form
from gongdan.intake.handlers.callers import Caller, keep
from gongdan.intake.handlers.compiled import Compiled
from gongdan.intake.ports import Acceptor, BlobStore, Definitions, Receipt
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.messages import Attachment
from gongdan.shared.definitions import form as definition
from gongdan.shared.definitions.agent import Agent
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.errors import Complaint, FixInput, NotAllowed


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
class Forms:
    """Finds the form first, so that nobody's files are read for a form that is not theirs to fill in."""

    acceptor: Acceptor
    definitions: Definitions
    blobs: BlobStore
    clock: Clock
    fresh_id: Callable[[], UUID]
    compiled: Compiled[definition.Form, Form] = field(default_factory=lambda: Compiled(_compile))

    def find(self, name: str, workspace: str | None, caller: Caller) -> Form:
        """The form. Raises FixInput (404) when there is none, NotAllowed (401) when it is not for the public."""
        found = [
            (item, spec)
            for item, spec in self.definitions.current.all(definition.Form)
            if item.name == name and workspace in {None, item.workspace}
        ]
        if not found:
            complaint = Complaint("form", f"there is no form {name!r}", "name a form that is defined")
            raise FixInput("unknown-form", "no such form", complaint, status=404)
        form = self.compiled.of(*found[0])
        _admit(form, caller)
        return form

    def show(self, form: Form, caller: Caller, language: Language) -> dict[str, object]:
        """The form as this caller may see it, in their language."""
        found = self.definitions.current.find(definition.Form, form.name, form.workspace)
        title = found[0].document["metadata"].get("title") if found else None
        return view(form, title, self.submitter(form, caller, language))

    def submitter(self, form: Form, caller: Caller, language: Language) -> Submitter:
        """Whoever fills in the form, with the roles that count in its workspace."""
        who = caller.rights.who if caller.rights else None
        grants = who.grants if who else ()
        roles = frozenset(one.role for one in grants if one.workspace in {None, form.workspace})
        return Submitter(language, None if who and who.unlimited else roles, Agents(self.definitions, form.workspace))

    async def on_submission(
        self,
        form: Form,
        answers: Mapping[str, JsonValue],
        files: Sequence[GivenFile],
        caller: Caller,
        language: Language = "en",
    ) -> Receipt:
        """What somebody filled in. Returns after the commit. Raises FixInput, SlowDown, RetryLater."""
        checked = filled.check(form, answers, files, self.submitter(form, caller, language))
        kept = tuple([await self._keep(file) for file in filled.kept(checked, files)])
        message = normalise.from_form(form, Submission(checked, kept), caller.key or str(self.fresh_id()))
        when = arrival(self.clock.now(), caller.traceparent)
        return await keep(self.acceptor, received(message, when), _hash_of(checked, kept))

    async def _keep(self, file: GivenFile) -> Attachment:
        digest = await self.blobs.put(file.content)
        return Attachment(name=file.name, content_type=file.content_type, size=len(file.content), sha256=digest)


def _admit(form: Form, caller: Caller) -> None:
    """Raises NotAllowed when the form is not for this caller: 401 for the public, 403 for customers."""
    audience = form.spec.audience
    if audience != "public" and caller.actor is None:
        complaint = Complaint("Authorization", f"the form {form.name!r} is not public", "sign in first")
        raise NotAllowed("sign in first", complaint, status=401)
    if audience == "agents" and caller.actor is not None and caller.actor.kind == "contact":
        complaint = Complaint("form", f"the form {form.name!r} is for agents", "use a form of the portal")
        raise NotAllowed("this form is for agents", complaint)


def _hash_of(answers: Mapping[str, JsonValue], files: Sequence[Attachment]) -> str:
    """Over what was meant: a browser draws a new boundary each time it sends the same form."""
    meant = orjson.dumps(dict(answers), option=orjson.OPT_SORT_KEYS)
    return identity.body_hash(meant, *(file.sha256.encode() for file in files))
