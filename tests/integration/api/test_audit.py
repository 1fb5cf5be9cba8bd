"""The audit from the outside: who may read it, what is in it, and that no change to it goes unnoticed."""

import asyncio
from typing import Any

import pytest

from gongdan.shared.access.chain import Linked
from gongdan.shared.contracts.definitions import DefinitionApplied, definition_key
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.contracts.messages import Access, ActionDenied, CommandReceived, Reply
from gongdan.shared.contracts.outcomes import MessageRejected
from gongdan.shared.contracts.registry import Event
from gongdan.shared.embedded.commands.audit import check, read_all
from gongdan.shared.ids import derived_id
from tests.integration.api.live import Live
from tests.kit.envelopes import envelope_of
from tests.unit.shared.access.given import NOON

ANN = Actor("agent", "ann")


def event(data: Any, number: int, key: str = "key") -> Event:
    """Something that ann did."""
    envelope = envelope_of(data, key, derived_id("test-audit", number), NOON, actor=ANN)
    return Event(envelope, data, key)


def told() -> list[Event]:
    """A change of a definition, two denials, something refused for its content, and a command in another's name."""
    applied = DefinitionApplied(
        kind="Role", name="lead", version=2, document={}, author=str(ANN), applied_at=NOON, workspace="support"
    )
    rejected = MessageRejected(message_id=derived_id("m"), ticket="GD-1", reason="not-allowed", detail="no role\x00")
    return [
        event(applied, 1, definition_key("Role", "support", "lead")),
        event(ActionDenied(action="Merge", why="no role has it"), 2),
        event(rejected, 3),
        event(MessageRejected(message_id=derived_id("n"), reason="empty-text", detail="nothing in it"), 4),
        event(
            CommandReceived(
                message_id=derived_id("c"), ticket="GD-1", command=Reply(text="x"), access=Access(by="agent:bob")
            ),
            5,
        ),
    ]


@pytest.fixture
async def kept(live: Live) -> Live:
    """api that has heard of them, one by one."""
    for one in told():
        await live.tell(one)
    return live


async def chain(live: Live, limit: int = 2) -> list[Linked]:
    """All entries, read as the command line reads them."""
    pages: dict[int, Any] = {}
    after: int | None = 0
    while after is not None:
        answer = await live.client.get("/v1/audit", params={"order": "asc", "cursor": after, "limit": limit})
        pages[after] = answer.json()
        after = pages[after]["next"]
    return list(read_all(pages.__getitem__))


async def test_definitions_and_denied_commands_are_kept_with_who_and_why(kept: Live) -> None:
    items = (await kept.client.get("/v1/audit", params={"order": "asc"})).json()["items"]
    assert [(one["kind"], one["subject"], one["actor"]) for one in items] == [
        ("definition_applied", "Role/support/lead", "agent:ann"),
        ("denied", "Merge", "agent:ann"),
        ("denied", "GD-1", "agent:ann"),
        ("impersonated", "agent:ann", "agent:bob"),
    ]


async def test_entries_are_found_by_actor_kind_and_time(kept: Live) -> None:
    async def count(**query: str) -> int:
        return len((await kept.client.get("/v1/audit", params=query)).json()["items"])

    assert await count(kind="denied") == 2
    assert await count(actor="agent:bob") == 1
    assert await count(since="2026-03-02T12:00:00Z", until="2026-03-02T12:00:01Z") == 4
    assert await count(until="2026-03-02T12:00:00Z") == 0


async def test_the_chain_is_whole_as_it_was_written(kept: Live) -> None:
    entries = await chain(kept)
    found, _ = check(iter(entries))
    assert (found.count, found.fault) == (4, None)
    assert check(iter(entries), entries[1].hash)[1]
    assert not check(iter(entries), "f" * 64)[1]


async def test_taking_all_definitions_away_is_kept(live: Live) -> None:
    await live.client.get("/v1/definitions")
    await live.client.get("/v1/definitions", headers={"Accept": "application/yaml"})
    items = (await live.client.get("/v1/audit")).json()["items"]
    assert [(one["kind"], one["actor"]) for one in items] == [("exported", "agent:admin")]


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("UPDATE audit SET actor = 'agent:bob' WHERE seq = 2", "entry 2 was changed after it was written"),
        ("UPDATE audit SET detail = '{}' WHERE seq = 3", "entry 3 was changed after it was written"),
        ("DELETE FROM audit WHERE seq = 1", "entry 1 is missing, entry 2 stands in its place"),
        (
            "UPDATE audit SET at = at + interval '1 microsecond' WHERE seq = 1",
            "entry 1 was changed after it was written",
        ),
    ],
)
async def test_whatever_is_done_to_the_table_the_first_broken_entry_is_named(
    kept: Live, damage: str, fault: str
) -> None:
    async with kept.database.transaction() as unit:
        await unit.execute("ALTER TABLE audit DISABLE TRIGGER audit_only_grows")
        await unit.execute(damage)
    assert check(iter(await chain(kept)))[0].fault == fault


async def test_replicas_that_write_at_once_make_one_chain(live: Live) -> None:
    await asyncio.gather(*(live.tell(event(ActionDenied(action=str(n), why="no"), n)) for n in range(10, 30)))
    found, _ = check(iter(await chain(live, 7)))
    assert (found.count, found.fault) == (20, None)
