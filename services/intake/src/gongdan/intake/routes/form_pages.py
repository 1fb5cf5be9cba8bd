"""Public forms as pages: shown, filled in, shown again with what is wrong, and thanked for.

A browser is a stranger here, signed in or not: its cookie does not speak for what a page of a form sends.
"""

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gongdan.intake.domain import limits
from gongdan.intake.domain.coercion import coerce
from gongdan.intake.domain.form_conditions import plain_conditions
from gongdan.intake.domain.form_controls import Sent
from gongdan.intake.domain.form_guard import Proofs, take_proofs
from gongdan.intake.domain.form_messages import Language
from gongdan.intake.domain.form_page import controls, faults
from gongdan.intake.domain.form_words import WORDS, size
from gongdan.intake.domain.forms import Form
from gongdan.intake.handlers.forms import Asked, Forms
from gongdan.intake.ports.pages import Pages
from gongdan.intake.routes.door import Gate, count_refusal
from gongdan.intake.routes.multipart import MULTIPART, URLENCODED, media_type, read_parts, unsupported
from gongdan.intake.routes.pages import FILES, language_of, page
from gongdan.shared.access.refusal import NotPermitted
from gongdan.shared.errors import Complaint, FixInput, RetryLater, SlowDown, TooOften
from gongdan.shared.json import dumps

Refusal = FixInput | SlowDown | RetryLater
# Where api tells which ticket a form became, under the same host.
RECEIPTS = "/v1/receipts"
# Said in the page's own words instead of those for programs.
OWN_WORDS = frozenset({"conflict"})


@dataclass(frozen=True, slots=True)
class FormPages:
    """The pages of all forms."""

    forms: Forms
    gate: Gate
    pages: Pages

    async def show(self, request: Request) -> Response:
        """The form, to be filled in."""

        async def ask() -> Response:
            return self._form(request, self._found(request), Sent())

        return await self._plainly(request, ask)

    async def submit(self, request: Request) -> Response:
        """Take what was filled in and lead to the page that thanks; or show it again with all that is wrong."""

        async def ask() -> Response:
            form = self._found(request)
            self.forms.admit_often(form, self.gate.stranger(request), request.client.host if request.client else "")
            if media_type(request) not in {MULTIPART, URLENCODED}:
                raise unsupported(request, MULTIPART, URLENCODED)
            return await self._taken(request, form)

        return await self._plainly(request, ask)

    async def thank(self, request: Request) -> Response:
        """Thanks, with the message's id; without one the way back to the form."""
        message = _uuid(request.query_params.get("message", ""))
        if message is None:
            return RedirectResponse(_address(request), 303)
        speaks = language_of(request)
        values = {"title": WORDS[speaks]["thanks"], "reference": str(message), "receipt": f"{RECEIPTS}/{message}"}
        return page(self.pages.render("thanks", **self._common(request, speaks), **values), speaks)

    def _found(self, request: Request) -> Form:
        caller = self.gate.stranger(request)
        caller.need("OpenTicket")
        return self.forms.find(request.path_params["form"], request.query_params.get("workspace"), caller)

    async def _taken(self, request: Request, form: Form) -> Response:
        async with read_parts(request) as parts:
            answers, proofs = take_proofs(coerce(form, parts.fields, self.forms.zone(form)), Proofs())
            asked = Asked(answers, parts.files, proofs, language_of(request))
            try:
                receipt = await self.forms.on_submission(form, asked, self.gate.stranger(request))
            except (FixInput, SlowDown, RetryLater) as error:
                count_refusal("forms", error)
                return self._form(request, form, _sent(parts.fields, error), error)
        return RedirectResponse(_address(request, "/submissions", message=str(receipt.message_id)), 303)

    def _form(self, request: Request, form: Form, sent: Sent, error: Refusal | None = None) -> Response:
        speaks = language_of(request)
        shown = self.forms.page(form, speaks)
        fields = [one for one in shown["fields"] if one["name"] not in shown["hidden"]]
        made = controls(fields, speaks, sent, str(self.forms.zone(form)))
        values = self._common(request, speaks) | {
            "form": shown,
            "title": shown["title"],
            "controls": made,
            "faults": faults(made, sent.complaints, speaks),
            "conditions": dumps(plain_conditions(form.visibility, {one.name for one in made})).decode(),
            "names": {"name": form.spec.name_field, "email": form.spec.email_field},
            "again": sent.typed is not None,
        }
        content = self.pages.render("form", **values)
        return page(content, speaks, _status(error), _wait(error))

    async def _plainly(self, request: Request, ask: Callable[[], Awaitable[Response]]) -> Response:
        """Answer, with a page for whatever keeps us from it. Denied actions go on, so that the audit hears of them."""
        try:
            return await ask()
        except NotPermitted:
            raise
        except (FixInput, SlowDown, RetryLater, HTTPException) as error:
            if not isinstance(error, HTTPException):
                count_refusal("forms", error)
            return self._trouble(request, error)

    def _trouble(self, request: Request, error: Refusal | HTTPException) -> Response:
        speaks = language_of(request)
        words = WORDS[speaks]
        told = words.get(_slug(error), words["trouble"])
        said = told.format(seconds=_seconds(error), most=size(limits.UPLOAD_BYTES))
        status = _status(error)
        content = self.pages.render("trouble", **self._common(request, speaks), title=said, has_form=status != 404)
        return page(content, speaks, status, _wait(error))

    def _common(self, request: Request, speaks: Language) -> dict[str, Any]:
        other = "en" if speaks == "zh" else "zh"
        return {
            "language": "zh-CN" if speaks == "zh" else "en",
            "words": WORDS[speaks],
            "files": FILES,
            "action": _address(request, "/submissions", lang=speaks),
            "back": _address(request, lang=speaks),
            "other": {"address": _address(request, lang=other), "language": "zh-CN" if other == "zh" else "en"},
        }


def _sent(fields: Sequence[tuple[str, str]], error: Refusal) -> Sent:
    typed: dict[str, list[str]] = {}
    for name, value in fields:
        typed.setdefault(name, []).append(value)
    if isinstance(error, FixInput):
        own = error.slug in OWN_WORDS
        return Sent(typed, [Complaint(error.slug, "")] if own else error.complaints)
    return Sent(typed, [Complaint(_slug(error), "")])


def _address(request: Request, below: str = "", **query: str) -> str:
    """An address of the same form, in the same workspace and language."""
    kept = {name: request.query_params[name] for name in ("workspace", "lang") if name in request.query_params}
    asked = urlencode({**kept, **query})
    path = f"/intake/v1/forms/{quote(request.path_params['form'], safe='')}{below}"
    return f"{path}?{asked}" if asked else path


def _slug(error: Refusal | HTTPException) -> str:
    match error:
        case FixInput():
            return error.slug
        case TooOften():
            return "too-often"
        case SlowDown() | RetryLater():
            return "come-back-later"
    return "trouble"


def _status(error: Refusal | HTTPException | None) -> int:
    match error:
        case FixInput():
            return error.status
        case HTTPException():
            return error.status_code
        case TooOften():
            return 429
        case None:
            return 200
    return 503


def _wait(error: Refusal | HTTPException | None) -> dict[str, str]:
    return {"Retry-After": _seconds(error)} if isinstance(error, SlowDown | RetryLater) else {}


def _seconds(error: Refusal | HTTPException | None) -> str:
    known = error.delay.total_seconds() if isinstance(error, SlowDown | RetryLater) else 1
    return str(max(1, math.ceil(known)))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
