"""Form submissions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import orjson
from pydantic import JsonValue

from gongdan.intake.domain import filled, form_guard, identity, normalise
from gongdan.intake.domain.events import arrival, received
from gongdan.intake.domain.filled import GivenFile
from gongdan.intake.domain.form_guard import Proofs
from gongdan.intake.domain.form_messages import Language
from gongdan.intake.domain.form_view import view
from gongdan.intake.domain.forms import Form, Submission, Submitter, compile_form
from gongdan.intake.domain.rates import Rates, neighbourhood
from gongdan.intake.handlers.callers import Caller, keep
from gongdan.intake.handlers.compiled import Compiled
from gongdan.intake.handlers.files import FileKeeper
from gongdan.intake.ports import Acceptor, Definitions, Receipt
from gongdan.intake.ports.quarantine import Aside
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.messages import Attachment
from gongdan.shared.definitions import form as definition
from gongdan.shared.definitions.agent import Agent
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.workspace import Files, Workspace
from gongdan.shared.errors import Complaint, FixInput, NotAllowed, TooOften


def _compile(item: Definition, spec: definition.Form) -> Form:
    return compile_form(item.name, item.workspace or "support", spec)


@dataclass(frozen=True, slots=True)
class Asked:
    """A submission as it was sent, and the language of whoever is told what is wrong with it."""

    answers: Mapping[str, JsonValue]
    files: Sequence[GivenFile] = ()
    proofs: Proofs = field(default_factory=Proofs)
    language: Language = "en"


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
    """Finds the form first, so that nobody's files are read for a form that is not theirs to fill in.

    `key` signs the tokens of forms; `rates` is how often addresses may submit.
    """

    acceptor: Acceptor
    definitions: Definitions
    keeper: FileKeeper
    clock: Clock
    fresh_id: Callable[[], UUID]
    key: bytes
    rates: Rates = field(default_factory=Rates)
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
        shown = view(form, title, self.submitter(form, caller, language))
        return shown | self._guard(form) if caller.actor is None else shown

    def _guard(self, form: Form) -> dict[str, object]:
        """What a stranger's submission must bring, and what its page must hide."""
        guard = form.spec.guard
        found: dict[str, object] = {"hidden": [guard.honeypot]} if guard.honeypot else {}
        if guard.asks:
            found["token"] = form_guard.make_token(self.key, _of(form), self.clock.now(), self.fresh_id().hex)
            found["work"] = guard.work
        return found

    def admit_often(self, form: Form, caller: Caller, address: str) -> None:
        """Raises TooOften (429) when a stranger's address submits this form more often than it may."""
        if caller.actor is None:
            key = f"{_of(form)} {neighbourhood(address)}"
            wait = self.rates.wait(key, form.spec.guard.per_minute, self.clock.monotonic())
            if wait:
                raise TooOften("too many submissions from this address", timedelta(seconds=wait))

    def submitter(self, form: Form, caller: Caller, language: Language) -> Submitter:
        """Whoever fills in the form, with the roles that count in its workspace."""
        who = caller.rights.who if caller.rights else None
        grants = who.grants if who else ()
        roles = frozenset(one.role for one in grants if one.workspace in {None, form.workspace})
        return Submitter(language, None if who and who.unlimited else roles, Agents(self.definitions, form.workspace))

    async def on_submission(self, form: Form, asked: Asked, caller: Caller) -> Receipt:
        """What somebody filled in. Returns after the commit. Raises FixInput, SlowDown, RetryLater."""
        now = self.clock.now()
        if caller.actor is None:
            form_guard.check(form.spec.guard, self.key, _of(form), asked.proofs, now)
            if form_guard.caught(form.spec.guard, asked.answers):
                return await self._caught(form, asked)
        submitter = self.submitter(form, caller, asked.language)
        bounds = self._bounds(form)
        checked = filled.check(form, without_honeypot(form, asked.answers), asked.files, submitter, bounds)
        kept = await self.keeper.keep(filled.kept(checked, asked.files), "form", form.name)
        sent = Submission(checked, kept.attachments, kept.aside)
        message = normalise.from_form(form, sent, caller.key or self._key_of(form, asked.proofs, caller))
        when = arrival(now, caller.traceparent)
        return await keep(self.acceptor, received(message, when), _hash_of(checked, kept.attachments))

    def _key_of(self, form: Form, proofs: Proofs, caller: Caller) -> str:
        """A token is good for one message: a form sent twice by one click too many is one."""
        if proofs.token and form.spec.guard.asks and caller.actor is None:
            return f"token:{form_guard.nonce_of(proofs.token)}"
        return str(self.fresh_id())

    def _bounds(self, form: Form) -> Files:
        found = self.definitions.current.find(Workspace, form.workspace)
        return found[1].files if found else filled.UNBOUNDED

    async def _caught(self, form: Form, asked: Asked) -> Receipt:
        """A robot is answered like everybody else, and what it said is set aside."""
        raw = orjson.dumps({"form": form.name, "workspace": form.workspace, "answers": dict(asked.answers)})
        why = f"the hidden field {form.spec.guard.honeypot} was filled in"
        entry = await self.keeper.quarantine.put(Aside("form", form.name, raw, "honeypot", why, self.clock.now()))
        return Receipt(entry, duplicate=False)


def _of(form: Form) -> str:
    return f"{form.workspace}/{form.name}"


def without_honeypot(form: Form, answers: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    """The answers without the field that people do not see, which they leave empty."""
    return {name: value for name, value in answers.items() if name != form.spec.guard.honeypot}


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
