"""Form submissions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from gongdan.intake.domain import aside_forms, form_guard, identity
from gongdan.intake.domain.events import arrival
from gongdan.intake.domain.filled import GivenFile
from gongdan.intake.domain.form_guard import Proofs
from gongdan.intake.domain.form_messages import Language
from gongdan.intake.domain.form_view import view
from gongdan.intake.domain.forms import Form, Submitter
from gongdan.intake.domain.rates import Rates, neighbourhood
from gongdan.intake.handlers.callers import Caller
from gongdan.intake.handlers.filing import Filing, Filled
from gongdan.intake.ports import Receipt
from gongdan.intake.ports.quarantine import Aside
from gongdan.shared.clock import Clock
from gongdan.shared.definitions import form as definition
from gongdan.shared.definitions.workspace import Workspace
from gongdan.shared.errors import Complaint, NotAllowed, TooOften


@dataclass(frozen=True, slots=True)
class Asked:
    """A submission as it was sent, and the language of whoever is told what is wrong with it."""

    answers: Mapping[str, JsonValue]
    files: Sequence[GivenFile] = ()
    proofs: Proofs = field(default_factory=Proofs)
    language: Language = "en"


@dataclass(frozen=True, slots=True)
class Forms:
    """Finds the form first, so that nobody's files are read for a form that is not theirs to fill in.

    `key` signs the tokens of forms; `rates` is how often addresses may submit.
    """

    filing: Filing
    clock: Clock
    fresh_id: Callable[[], UUID]
    key: bytes
    rates: Rates = field(default_factory=Rates)

    def find(self, name: str, workspace: str | None, caller: Caller) -> Form:
        """The form. Raises FixInput (404) when there is none, NotAllowed (401) when it is not for the public."""
        form = self.filing.form(name, workspace)
        _admit(form, caller)
        return form

    def show(self, form: Form, caller: Caller, language: Language) -> dict[str, object]:
        """The form as this caller may see it, in their language."""
        found = self.filing.definitions.current.find(definition.Form, form.name, form.workspace)
        title = found[0].document["metadata"].get("title") if found else None
        shown = view(form, title, self.submitter(form, caller, language))
        return shown | self._guard(form) if caller.actor is None else shown

    def page(self, form: Form, language: Language) -> dict[str, Any]:
        """The form as a stranger's browser shows it, with a token in any case: so a click too many does nothing."""
        return {"token": self._token(form), "work": 0, "hidden": []} | self.show(form, Caller(), language)

    def zone(self, form: Form) -> ZoneInfo:
        """The time zone of what is filled in."""
        found = self.filing.definitions.current.find(Workspace, form.workspace)
        return ZoneInfo(found[1].timezone if found else "UTC")

    def _guard(self, form: Form) -> dict[str, object]:
        """What a stranger's submission must bring, and what its page must hide."""
        guard = form.spec.guard
        found: dict[str, object] = {"hidden": [guard.honeypot]} if guard.honeypot else {}
        return found | ({"token": self._token(form), "work": guard.work} if guard.asks else {})

    def _token(self, form: Form) -> str:
        return form_guard.make_token(self.key, _of(form), self.clock.now(), self.fresh_id().hex)

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
        return Submitter(language, None if who and who.unlimited else roles, self.filing.agents(form))

    async def on_submission(self, form: Form, asked: Asked, caller: Caller) -> Receipt:
        """What somebody filled in. Returns after the commit. Raises FixInput, SlowDown, RetryLater."""
        now = self.clock.now()
        if caller.actor is None:
            form_guard.check(form.spec.guard, self.key, _of(form), asked.proofs, now)
            if form_guard.caught(form.spec.guard, asked.answers):
                return await self._caught(form, asked)
        given = Filled(asked.answers, asked.files, caller.key or self._key_of(form, asked.proofs, caller))
        submitter = self.submitter(form, caller, asked.language)
        return await self.filing.file(form, given, submitter, arrival(now, caller.traceparent))

    def _key_of(self, form: Form, proofs: Proofs, caller: Caller) -> str:
        """A token is good for one message: a form sent twice by one click too many is one."""
        token = self._key_of_token(form, proofs) if caller.actor is None else None
        return token or str(self.fresh_id())

    def _key_of_token(self, form: Form, proofs: Proofs) -> str | None:
        ours = proofs.token and form_guard.genuine(self.key, _of(form), proofs.token)
        return f"token:{form_guard.nonce_of(proofs.token)}" if proofs.token and ours else None

    async def _caught(self, form: Form, asked: Asked) -> Receipt:
        """A robot is answered like everybody else, and what it sent is set aside with its files."""
        key = self._key_of_token(form, asked.proofs)
        raw = aside_forms.to_bytes(form, asked.answers, asked.files, key)
        why = f"the hidden field {form.spec.guard.honeypot} was filled in"
        files = [file.content for file in asked.files]
        aside = Aside("form", form.name, raw, "honeypot", why, self.clock.now(), files=files)
        entry = await self.filing.keeper.quarantine.put(aside)
        return Receipt(identity.message_id("form", form.name, key or aside_forms.key_of(entry)), duplicate=False)


def _of(form: Form) -> str:
    return f"{form.workspace}/{form.name}"


def _admit(form: Form, caller: Caller) -> None:
    """Raises NotAllowed when the form is not for this caller: 401 for the public, 403 for customers."""
    audience = form.spec.audience
    if audience != "public" and caller.actor is None:
        complaint = Complaint("Authorization", f"the form {form.name!r} is not public", "sign in first")
        raise NotAllowed("sign in first", complaint, status=401)
    if audience == "agents" and caller.actor is not None and caller.actor.kind == "contact":
        complaint = Complaint("form", f"the form {form.name!r} is for agents", "use a form of the portal")
        raise caller.refused("OpenTicket", "this form is for agents", complaint, f"form {form.name}")
