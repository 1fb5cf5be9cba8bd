"""How pages are answered: for whom, in which language, with what headers, so that only our own files run in them."""

import hashlib

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.domain.form_messages import Language, language
from gongdan.intake.ports.pages import Pages
from gongdan.intake.routes.door import Door

FILES = "/intake/v1/pages"
TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
VARY = "Accept, Accept-Language"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": VARY,
}


def wants_page(request: Request) -> bool:
    """Whether a browser asks for something to look at. Programs, which prove who they are or ask for JSON, do not."""
    weights = _weights(request.headers.get("accept", ""))
    html = weights.get("text/html", 0.0)
    return html > 0 and html > weights.get("application/json", 0.0) and "authorization" not in request.headers


def language_of(request: Request) -> Language:
    """The language that the address asks for, else what the browser prefers."""
    asked = request.query_params.get("lang") or request.query_params.get("locale")
    return language(asked or request.headers.get("accept-language", ""))


def page(content: str, speaks: Language, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A page that nothing of others can run in."""
    told = HEADERS | {"Content-Language": speaks} | (headers or {})
    return Response(content.encode("utf-8", "replace"), status, told, "text/html; charset=utf-8")


def files_door(pages: Pages) -> Door:
    """Where pages get their files from."""
    tags = {name: f'"{hashlib.sha256(content).hexdigest()[:32]}"' for name, content in pages.files.items()}

    async def serve(request: Request) -> Response:
        name = request.path_params["file"]
        if name not in pages.files:
            raise HTTPException(404, "there is no such file")
        headers = {
            "ETag": tags[name],
            "Cache-Control": "no-cache",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": POLICY,
        }
        if request.headers.get("if-none-match") == tags[name]:
            return Response(status_code=304, headers=headers)
        return Response(pages.files[name], 200, headers, TYPES[name.rpartition(".")[2]])

    return Door("GET", FILES + "/{file}", serve, "The files of the pages of forms", answers=200, public=True)


def _weights(accept: str) -> dict[str, float]:
    """By media type, how much it is liked. Source: RFC 9110 section 12.5.1."""
    found: dict[str, float] = {}
    for part in accept.split(",")[:50]:
        kind, *parameters = (one.strip().lower() for one in part.split(";"))
        found[kind] = min(map(_weight, parameters), default=1.0)
    return found


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
