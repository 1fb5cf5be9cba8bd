"""Asks a provider's token endpoint for an access token. Source: RFC 6749 sections 5 and 6.

Limits: one answer of at most `MOST_BYTES` within `PATIENCE`, no redirects.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from gongdan.intake.domain.mail.consent import Consent
from gongdan.intake.ports.mailboxes import MailboxFault
from gongdan.shared.definitions.mailbox import Auth

PATIENCE = timedelta(seconds=15)
MOST_BYTES = 256 * 1024
USUAL_LIFE = 3_600
PASSING_STATUS = (408, 425, 429)
TOKEN_URLS = {
    "microsoft": "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
    "google": "https://oauth2.googleapis.com/token",
}
SCOPES = {"microsoft": "https://outlook.office365.com/IMAP.AccessAsUser.All offline_access"}
"""Google gives what was consented to; naming a scope there is optional."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a refreshing gave: `refresh_token` None means that the one in hand stays in force."""

    access_token: str
    life: timedelta
    refresh_token: str | None


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """Asked seldom, so that each asking has a connection of its own. `patience` bounds it."""

    patience: timedelta = PATIENCE

    async def refresh(self, auth: Auth, consent: Consent) -> Tokens:
        """Raises MailboxFault: `token-refused` when the provider says no, `unreachable` when it says nothing useful."""
        form = {"grant_type": "refresh_token", "client_id": consent.client_id, "refresh_token": consent.refresh_token}
        scope = auth.scope or SCOPES.get(auth.provider or "")
        form |= {"scope": scope} if scope else {}
        form |= {"client_secret": consent.client_secret} if consent.client_secret else {}
        url = token_url(auth)
        try:
            async with asyncio.timeout(self.patience.total_seconds()), httpx.AsyncClient(timeout=None) as client:  # noqa: S113
                answer = await client.post(url, data=form)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise MailboxFault("unreachable", f"{url} does not answer: {type(error).__name__}: {error}") from error
        return _tokens(answer, _document(answer), url)


def token_url(auth: Auth) -> str:
    """Where tokens come from."""
    return auth.token_url or TOKEN_URLS[auth.provider or "google"].format(tenant=auth.tenant)


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json() if len(answer.content) <= MOST_BYTES else None
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _tokens(answer: httpx.Response, document: dict[str, Any], url: str) -> Tokens:
    access, error = document.get("access_token"), document.get("error")
    if answer.status_code == 200 and isinstance(access, str) and access:
        refresh = document.get("refresh_token")
        return Tokens(access, _life(document.get("expires_in")), refresh if isinstance(refresh, str) else None)
    said = f"{error or ''} {document.get('error_description') or ''}".strip()[:500]
    if isinstance(error, str) and 400 <= answer.status_code < 500 and answer.status_code not in PASSING_STATUS:
        raise MailboxFault("token-refused", f"{url} refuses the refresh token: {said}")
    wait = answer.headers.get("retry-after", "")
    delay = timedelta(seconds=int(wait) if wait.isdigit() and len(wait) < 6 else 1)
    raise MailboxFault("unreachable", f"{url} answers {answer.status_code} {said}".strip(), delay)


def _life(seconds: object) -> timedelta:
    """Providers write the number as text now and then."""
    try:
        return timedelta(seconds=min(max(int(str(seconds)), 0), 86_400))
    except ValueError:
        return timedelta(seconds=USUAL_LIFE)
