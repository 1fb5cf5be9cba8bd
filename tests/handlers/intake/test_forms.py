"""Forms as their handler meets them: who may fill in which, with which roles, and what is kept of it."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from gongdan.intake.domain.filled import GivenFile
from gongdan.intake.handlers.callers import Caller
from gongdan.intake.handlers.files import FileKeeper
from gongdan.intake.handlers.filing import Filing
from gongdan.intake.handlers.forms import Asked, Forms
from gongdan.shared.access.rights import rights_of
from gongdan.shared.access.tokens import STRANGER
from gongdan.shared.access.who import Credential
from gongdan.shared.clock import FakeClock
from gongdan.shared.contracts.envelope import Actor, ActorKind
from gongdan.shared.contracts.messages import MessageReceived
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.errors import FixInput, NotAllowed
from tests.handlers.intake.fakes import FakeAcceptor, FakeBlobs, FakeDefinitions, FakeQuarantine
from tests.kit.files import PNG, sent_file

PROPERTIES: dict[str, Any] = {
    "device": {"type": "string"},
    "urgent": {"type": "boolean"},
    "photo": {
        "type": "string",
        "format": "file",
        "x-visible-when": {"field": "urgent", "operator": "=", "value": True},
    },
    "engineer": {"type": "string", "x-widget": "person"},
    "margin": {"type": "number", "x-roles": ["finance"]},
}


def defined(kind: str, name: str, workspace: str | None = "support", **spec: Any) -> Definition:
    """A definition in force."""
    return check({"kind": kind, "metadata": {"name": name, "workspace": workspace}, "spec": spec}, 1)


def form(name: str, audience: str) -> Definition:
    """A form for some."""
    schema = {"type": "object", "additionalProperties": False, "properties": PROPERTIES}
    return defined("Form", name, audience=audience, schema=schema, subject="{device}")


CATALOG = catalog_of(
    1,
    [
        *(form(audience, audience) for audience in ("public", "portal", "agents")),
        defined("Role", "finance", actions=["OpenTicket"]),
        defined("Agent", "li.wei", display="Li Wei", roles=["finance"]),
        defined("Agent", "gone", display="Gone", active=False),
        defined("Agent", "elsewhere", "it", display="Elsewhere", roles=["finance"]),
    ],
)
PHOTO = sent_file("photo", "a.png", "image/png", PNG)


def caller(kind: ActorKind | None = None, name: str = "") -> Caller:
    """Somebody with the rights that the definitions give."""
    proved = Credential(Actor(kind, name)) if kind else STRANGER
    return Caller(proved, rights_of(CATALOG, proved))


STRANGERS, CUSTOMER, AGENT = caller(), caller("contact", "email:a@example.com"), caller("agent", "li.wei")


@pytest.fixture
def forms() -> Forms:
    """The handler, over what it keeps in memory."""
    clock = FakeClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    keeper = FileKeeper(FakeBlobs(), FakeQuarantine(), clock)
    filing = Filing(FakeAcceptor(), FakeDefinitions(CATALOG), keeper)
    return Forms(filing, clock, uuid4, b"a key for tests")


async def sent(forms: Forms, answers: dict[str, Any], *files: GivenFile, by: Caller = STRANGERS) -> MessageReceived:
    """The message that a submission makes."""
    receipt = await forms.on_submission(forms.find("public", None, by), Asked(answers, files), by)
    assert isinstance(forms.filing.acceptor, FakeAcceptor)
    message = forms.filing.acceptor.kept[receipt.message_id].event.data
    assert isinstance(message, MessageReceived)
    return message


@pytest.mark.parametrize(
    ("name", "who", "status"),
    [
        ("public", STRANGERS, None), ("public", CUSTOMER, None), ("public", AGENT, None),
        ("portal", STRANGERS, 401), ("portal", CUSTOMER, None), ("portal", AGENT, None),
        ("agents", STRANGERS, 401), ("agents", CUSTOMER, 403), ("agents", AGENT, None),
        ("nothing", AGENT, 404),
    ],
)  # fmt: skip
def test_a_form_is_for_its_audience_only(forms: Forms, name: str, who: Caller, status: int | None) -> None:
    if status is None:
        assert forms.find(name, "support", who).name == name
        return
    with pytest.raises(NotAllowed if status < 404 else FixInput) as refused:
        forms.find(name, "support", who)
    assert refused.value.status == status


async def test_a_role_counts_in_its_own_workspace_only(forms: Forms) -> None:
    assert (await sent(forms, {"margin": 5}, by=AGENT)).fields == {"margin": 5}
    for other in (STRANGERS, CUSTOMER, caller("agent", "elsewhere")):
        with pytest.raises(FixInput, match="margin"):
            await sent(forms, {"margin": 5}, by=other)


async def test_a_person_is_an_active_agent_of_the_workspace(forms: Forms) -> None:
    assert (await sent(forms, {"engineer": "li.wei"})).fields == {"engineer": "li.wei"}
    for nobody in ("gone", "elsewhere", "nobody"):
        with pytest.raises(FixInput, match="engineer"):
            await sent(forms, {"engineer": nobody})


async def test_files_are_kept_with_their_field_and_dropped_with_it(forms: Forms) -> None:
    shown = await sent(forms, {"urgent": True}, PHOTO)
    assert (shown.fields, [file.name for file in shown.attachments]) == ({"urgent": True, "photo": "a.png"}, ["a.png"])
    hidden = await sent(forms, {"device": "PRN-7"}, PHOTO)
    assert (hidden.fields, hidden.attachments) == ({"device": "PRN-7"}, ())


def test_a_form_is_shown_with_its_title_or_else_its_name(forms: Forms) -> None:
    shown = forms.show(forms.find("public", None, STRANGERS), STRANGERS, "zh")
    assert (shown["title"], shown["language"]) == ("public", "zh")
