"""The door for form submissions: JSON, or as browsers send forms. Browsers get pages (`form_pages.py`)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from pydantic import JsonValue
from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.domain.coercion import coerce
from gongdan.intake.domain.filled import GivenFile
from gongdan.intake.domain.form_guard import Proofs, take_proofs
from gongdan.intake.domain.forms import Form
from gongdan.intake.handlers.forms import Asked, Forms
from gongdan.intake.ports.pages import Pages
from gongdan.intake.routes.door import Door, Endpoint, Gate, accepted, answer, read_body
from gongdan.intake.routes.form_pages import FormPages
from gongdan.intake.routes.multipart import MULTIPART, URLENCODED, media_type, read_parts, unsupported
from gongdan.intake.routes.pages import VARY, files_door, language_of, wants_page
from gongdan.shared.json import loads_object

JSON = "application/json"
SUBMISSIONS = "/intake/v1/forms/{form}/submissions"
WORKSPACE = ("workspace", "where two workspaces have forms of the same name")
LANGUAGE = ("lang", "zh or en, before what the browser prefers")


def doors(forms: Forms, gate: Gate, pages: Pages) -> list[Door]:
    """The doors for all forms, to see one and to send it; the form's audience says who may pass."""
    for_people = FormPages(forms, gate, pages)

    async def submit(request: Request) -> Response:
        if wants_page(request) and media_type(request) != JSON:
            return await for_people.submit(request)
        caller = await gate.anybody(request, "OpenTicket")
        form = forms.find(request.path_params["form"], request.query_params.get("workspace"), caller)
        forms.admit_often(form, caller, request.client.host if request.client else "")
        async with _filled_in(request, form, forms) as (answers, files):
            given, proofs = take_proofs(answers, _proofs(request))
            asked = Asked(given, files, proofs, language_of(request))
            return accepted(await forms.on_submission(form, asked, caller))

    async def show(request: Request) -> Response:
        if wants_page(request):
            return await for_people.show(request)
        caller = await gate.anybody(request, "OpenTicket")
        form = forms.find(request.path_params["form"], request.query_params.get("workspace"), caller)
        return answer(forms.show(form, caller, language_of(request)), headers={"vary": VARY})

    return [_showing(show), _taking(submit), _thanking(for_people.thank), files_door(pages)]


def _showing(show: Endpoint) -> Door:
    return Door(
        "GET",
        "/intake/v1/forms/{form}",
        show,
        "A form as you may see it, in your language; a page for browsers",
        answers=200,
        public=True,
        query=(WORKSPACE, LANGUAGE, ("locale", "the same")),
    )


def _taking(submit: Endpoint) -> Door:
    return Door(
        "POST",
        SUBMISSIONS,
        submit,
        "Submit a form; a browser is led (303) to the page below",
        (JSON, MULTIPART, URLENCODED),
        public=True,
        query=(WORKSPACE, LANGUAGE),
        headers=(
            ("X-Form-Token", "the token that came with the form, where it asks for one; or the field _token"),
            ("X-Form-Work", "the work done for it, where it asks for that; or the field _work"),
        ),
    )


def _thanking(thank: Endpoint) -> Door:
    return Door(
        "GET",
        SUBMISSIONS,
        thank,
        "The page that thanks for a submission",
        answers=200,
        public=True,
        query=(WORKSPACE, LANGUAGE, ("message", "the id of the message that it became")),
    )


@asynccontextmanager
async def _filled_in(
    request: Request, form: Form, forms: Forms
) -> AsyncIterator[tuple[Mapping[str, JsonValue], Sequence[GivenFile]]]:
    match media_type(request):
        case "application/json":
            yield loads_object(await read_body(request)), ()
        case "multipart/form-data" | "application/x-www-form-urlencoded":
            async with read_parts(request) as parts:
                yield coerce(form, parts.fields, forms.zone(form)), parts.files
        case _:
            raise unsupported(request, JSON, MULTIPART, URLENCODED)


def _proofs(request: Request) -> Proofs:
    return Proofs(request.headers.get("x-form-token"), request.headers.get("x-form-work"))
