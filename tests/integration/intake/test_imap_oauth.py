"""Mailboxes by OAuth 2: each refresh token is used once and the next one kept, encrypted; a dead one is told of."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import httpx
import pytest

from gongdan.intake.adapters import mailbox_secrets
from gongdan.intake.adapters.mailbox_secrets import ASK_AGAIN, MailboxSecrets
from gongdan.intake.adapters.sealed import Sealer
from gongdan.intake.adapters.token_endpoint import TokenEndpoint, token_url
from gongdan.intake.domain.mail import standing
from gongdan.intake.ports.mailboxes import MailboxFault
from gongdan.shared import secrets
from gongdan.shared.db.session import Database
from gongdan.shared.definitions.mailbox import Auth, Mailbox
from tests.integration.intake.conftest import settings
from tests.integration.intake.desk import Intake
from tests.integration.intake.imap_servers import USER, ImapServer, dovecot, dovecot_command, running
from tests.integration.intake.test_imap import mail, mailbox, quick, reading, until, until_kept
from tests.ports import free_port

__all__ = ["quick"]
SECRET = "GONGDAN_TEST_REFRESH"


@dataclass(frozen=True, slots=True)
class Provider:
    """The token endpoint, asked from here."""

    port: int

    @property
    def auth(self) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.port}/token"
        return {"kind": "oauth2", "client_id": "gongdan", "token_url": url, "secretRef": f"env:{SECRET}"}

    async def ask(self, path: str) -> dict[str, Any]:
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"http://127.0.0.1:{self.port}{path}")
        return cast("dict[str, Any]", answer.json())

    async def consent(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Somebody consents, and puts the token where the definition looks."""
        monkeypatch.setenv(SECRET, (await self.ask("/consent"))["refresh_token"])


@pytest.fixture
async def provider(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Provider]:
    port = free_port()
    command = [sys.executable, "-m", "tests.integration.intake.token_endpoint", str(port), USER]
    process = subprocess.Popen(command)  # noqa: ASYNC220 - it runs beside the test
    found = Provider(port)

    async def up() -> bool:
        try:
            return bool(await found.ask("/calls"))
        except httpx.HTTPError:
            return False

    await until(up)
    await found.consent(monkeypatch)
    yield found
    process.terminate()
    await asyncio.to_thread(process.wait, 20)


def of(intake: Intake, key: str = "a key") -> MailboxSecrets:
    """Another replica's memory of tokens."""
    db = cast("Database", intake.service.parts[0])
    return MailboxSecrets(db, TokenEndpoint(), Sealer.of([key]), secrets.resolve, intake.clock)


def spec_of(provider: Provider) -> Mailbox:
    return Mailbox.model_validate({"host": "h", "user": "u", "from": "help@example.com", "auth": provider.auth})


async def test_a_token_is_used_until_its_end_and_each_refreshing_uses_the_one_kept_last(
    intake: Intake, provider: Provider
) -> None:
    spec, here = spec_of(provider), of(intake)
    assert [await here.secret("help", spec) for _ in range(3)] == ["access-1"] * 3
    intake.clock.move(timedelta(minutes=59))
    assert await here.secret("help", spec) == "access-2"
    assert await of(intake).secret("help", spec) == "access-3"
    assert await provider.ask("/calls") == {"calls": 3, "reused": 0}
    row = await intake.tables.fetchrow("SELECT refresh_token, refused_at FROM mailbox_tokens")
    assert row is not None
    assert b"refresh-" not in row["refresh_token"]
    assert Sealer.of(["another key", "a key"]).open(row["refresh_token"]) == "refresh-4"


async def test_a_secret_can_name_the_application_and_one_that_nobody_names_is_told_of(
    intake: Intake, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    nameless = {name: value for name, value in provider.auth.items() if name != "client_id"}
    spec = Mailbox.model_validate({"host": "h", "user": "u", "from": "help@example.com", "auth": nameless})
    with pytest.raises(MailboxFault, match=r"write auth\.client_id"):
        await of(intake).secret("help", spec)
    held = {"client_id": "gongdan", "refresh_token": os.environ[SECRET]}
    monkeypatch.setenv(SECRET, json.dumps(held))
    assert [await of(intake).secret("help", spec) for _ in range(2)] == ["access-1", "access-2"]
    assert await provider.ask("/calls") == {"calls": 2, "reused": 0}


async def test_replicas_never_use_a_token_twice(intake: Intake, provider: Provider) -> None:
    spec = spec_of(provider)
    found = await asyncio.gather(*(of(intake).secret("help", spec) for _ in range(6)))
    assert len(set(found)) == 6
    assert await provider.ask("/calls") == {"calls": 6, "reused": 0}


async def test_a_refused_token_is_not_tried_again_before_another_is_there_or_much_later(
    intake: Intake, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = spec_of(provider)
    await provider.ask("/kill")
    for _ in range(5):
        with pytest.raises(MailboxFault, match="invalid_grant") as fault:
            await of(intake).secret("help", spec)
        assert fault.value.cause == "token-refused"
    assert (await provider.ask("/calls"))["calls"] == 1
    intake.clock.move(ASK_AGAIN)
    with pytest.raises(MailboxFault):
        await of(intake).secret("help", spec)
    assert (await provider.ask("/calls"))["calls"] == 2
    await provider.consent(monkeypatch)
    assert await of(intake).secret("help", spec) == "access-3"


async def test_a_provider_that_is_broken_refuses_nothing(intake: Intake, provider: Provider) -> None:
    spec = spec_of(provider)
    await provider.ask("/break")
    with pytest.raises(MailboxFault) as fault:
        await of(intake).secret("help", spec)
    assert fault.value.cause == "unreachable"
    await provider.ask("/break")
    assert await of(intake).secret("help", spec) == "access-2"


async def test_with_another_key_the_token_of_the_definition_is_tried(intake: Intake, provider: Provider) -> None:
    spec = spec_of(provider)
    await of(intake).secret("help", spec)
    with pytest.raises(MailboxFault, match="invalid_grant"):
        await of(intake, "another key").secret("help", spec)


@pytest.mark.parametrize(
    ("provider_name", "url"),
    [
        ("microsoft", "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token"),
        ("google", "https://oauth2.googleapis.com/token"),
    ],
)
def test_the_providers_usual_endpoints_are_known(provider_name: str, url: str) -> None:
    auth = {"kind": "oauth2", "provider": provider_name, "tenant": "contoso.example", "secretRef": "env:X"}
    assert token_url(Auth.model_validate(auth)) == url


@asynccontextmanager
async def mail_server(provider: Provider) -> AsyncIterator[ImapServer]:
    port = free_port()
    with TemporaryDirectory(prefix="imap", ignore_cleanup_errors=True) as folder:
        async with running(dovecot_command(port, Path(folder), provider.port), port) as found:
            await asyncio.to_thread(found.put)
            yield found


async def test_a_mailbox_is_read_by_tokens_fails_when_they_die_and_recovers_by_new_consent(
    intake: Intake, provider: Provider, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if dovecot() is None:
        pytest.skip("Dovecot is not installed (`make dovecot` does that), so no mailbox was read by access tokens")
    monkeypatch.setattr(standing, "REFUSED_REST", timedelta(seconds=0.2))
    monkeypatch.setattr(standing, "LONGEST_REST", timedelta(seconds=0.2))
    monkeypatch.setattr(mailbox_secrets, "FRESH", timedelta(0))
    async with mail_server(provider) as server, reading(settings(database, tmp_path)):
        definition = mailbox(server, auth=provider.auth)
        assert (await intake.post("definitions", definition)).status_code == 200
        await asyncio.to_thread(server.put, mail(1))
        await until_kept(intake, 1)
        await provider.ask("/kill")
        anew = mailbox(server, auth=provider.auth, poll_seconds=6)
        assert (await intake.post("definitions", anew)).status_code == 200
        await until(lambda: is_in(intake, "failing"))
        calls = (await provider.ask("/calls"))["calls"]
        await asyncio.sleep(1)
        assert (await provider.ask("/calls"))["calls"] == calls
        await provider.consent(monkeypatch)
        await until(lambda: is_in(intake, "reading"))
        await asyncio.to_thread(server.put, mail(2))
        await until_kept(intake, 2)
    assert [said["cause"] for said in await intake.said("MailboxFailed")] == ["token-refused"]
    assert len(await intake.said("MailboxRecovered")) == 1


async def is_in(intake: Intake, state: str) -> bool:
    (found,) = (await intake.http.get("/intake/v1/mailboxes")).json()["mailboxes"]
    return bool(found["state"] == state)
