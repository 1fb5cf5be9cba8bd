"""Whatever is audited is an event: told in the transaction of its entry, in the order of the chain, with its hashes."""

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from aiokafka import AIOKafkaConsumer, TopicPartition
from pydantic import SecretStr

from gongdan.api.adapters.audit import append
from gongdan.api.settings import ApiSettings
from gongdan.shared.access.chain import Entry, Linked
from gongdan.shared.bus.relay import Relay
from gongdan.shared.contracts.audit import AuditKind, AuditRecorded
from gongdan.shared.contracts.definitions import DefinitionApplied, DefinitionDeleted
from gongdan.shared.contracts.doors import (
    MailboxFailed,
    QuarantinedFileReleased,
    QuarantineDiscarded,
    QuarantineReleased,
)
from gongdan.shared.contracts.envelope import Actor, Envelope, from_headers
from gongdan.shared.contracts.messages import Access, ActionDenied, CommandReceived, Reply
from gongdan.shared.contracts.outcomes import MessageRejected
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.db.outbox import headers_from_json
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.embedded.commands.audit import check
from gongdan.shared.ids import derived_id
from tests.integration.api.live import Live
from tests.unit.shared.access.given import NOON, agent, role

PASSWORD = "correct horse battery"
ANN = "ann@example.com"
BEGAN = derived_id("test-audit-began")
WHICH = {"channel": "email", "source": "support", "cause": "unreadable"}
HEARD: tuple[Any, ...] = (
    DefinitionApplied(kind="Role", name="lead", version=2, document={}, author="agent:ann", applied_at=NOON),
    DefinitionDeleted(kind="Role", name="lead", version=3, author="agent:ann", deleted_at=NOON, revision=9),
    CommandReceived(
        message_id=derived_id("c"), ticket="GD-1", command=Reply(text="x"), access=Access(by="agent:admin")
    ),
    ActionDenied(action="Merge", why="no role has it", by="agent:admin"),
    MessageRejected(message_id=derived_id("m"), ticket="GD-1", reason="not-allowed", detail="no role\x00"),
    MessageRejected(message_id=derived_id("n"), reason="unknown-ticket", detail="there is none", unseen="GD-2"),
    QuarantineReleased(quarantine_id=derived_id("q"), message_id=derived_id("r"), **WHICH),
    QuarantinedFileReleased(quarantine_id=derived_id("q"), name="a.txt", sha256="0" * 64, **WHICH),
    QuarantineDiscarded(quarantine_id=derived_id("q"), reason="spam", **WHICH),
    MailboxFailed(mailbox="support", cause="token-refused", detail="consent again"),
)


def heard(data: Any, number: int) -> Event:
    """Something of ann's that another service tells."""
    envelope = Envelope(
        id=derived_id("test-audit", type(data).__name__, number),
        type=type(data).__name__,
        source="gongdan.test",
        subject="key",
        occurred_at=NOON,
        recorded_at=NOON,
        actor=Actor("agent", "ann"),
        correlation_id=BEGAN,
    )
    return Event(envelope, data, "key")


async def sign_in(live: Live, password: str) -> dict[str, str]:
    """Try to, as ann; the headers of whoever did."""
    answer = await live.stranger.post("/auth/session", json={"email": ANN, "password": password})
    live.stranger.cookies.clear()
    return {"Cookie": answer.headers.get("set-cookie", "").partition(";")[0]}


async def everything(live: Live) -> None:
    """Each kind of thing that is audited, once or more."""
    client, nobody = live.client, live.stranger
    live.definitions.current = catalog_of(1, (role("engineer", fields={"*": "read"}), agent("ann", "engineer")))
    await client.put(f"/auth/accounts/{ANN}", json={"password": PASSWORD})
    await sign_in(live, "wrong")
    ann = await sign_in(live, PASSWORD)
    assert (await nobody.get("/v1/audit", headers=ann)).status_code == 403
    await nobody.delete("/auth/session", headers=ann)
    await sign_in(live, PASSWORD)
    await client.put(f"/auth/accounts/{ANN}", json={"active": False})
    made = (await client.post("/auth/keys", json={"name": "erp", "roles": ["engineer"]})).json()
    await client.delete(f"/auth/keys/{made['id']}")
    await client.get("/v1/definitions", headers={"Accept": "application/yaml"})
    assert (
        await client.post("/auth/impersonation", json={"actor": "agent:ann", "reason": "to see"})
    ).status_code == 204
    client.cookies.clear()
    await live.tell(*(heard(data, number) for number, data in enumerate(HEARD)))


async def entries(live: Live, **query: Any) -> list[dict[str, Any]]:
    """What `/v1/audit` answers, oldest first."""
    answer = await live.client.get("/v1/audit", params={"order": "asc", "limit": 1_000, **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def told(live: Live) -> list[tuple[Envelope, AuditRecorded]]:
    """The events that wait for the relay, in the order in which they leave."""
    async with live.database.transaction() as unit:
        sql = "SELECT headers, payload FROM outbox WHERE aggregatetype = :topic ORDER BY seq"
        rows = await unit.all(sql, {"topic": Topic.AUDIT})
    return [
        (from_headers(headers_from_json(row.headers)), AuditRecorded.model_validate_json(row.payload)) for row in rows
    ]


def as_chain(events: Sequence[AuditRecorded]) -> list[Linked]:
    """What somebody who follows the topic can verify."""
    return [
        Linked(one.seq, Entry(one.at, one.actor, one.kind, one.subject, one.detail), one.previous, one.hash)
        for one in events
    ]


async def test_every_kind_is_an_event_and_in_the_audit_in_the_same_words(live: Live) -> None:
    await everything(live)
    shown, events = await entries(live), await told(live)
    assert {one["kind"] for one in shown} == set(get_args(AuditKind))
    assert [data.model_dump(mode="json") for _, data in events] == shown
    assert [(str(envelope.actor), envelope.subject) for envelope, _ in events] == [
        (one["actor"], one["subject"]) for one in shown
    ]


async def test_each_entry_is_found_by_its_actor_its_kind_and_its_time(live: Live) -> None:
    await everything(live)
    for one in await entries(live):
        found = await entries(live, actor=one["actor"], kind=one["kind"], since=one["at"])
        assert one in found
        assert {(each["actor"], each["kind"]) for each in found} == {(one["actor"], one["kind"])}
        assert one not in await entries(live, until=one["at"])


async def test_what_others_told_names_the_event_that_caused_it_and_how_it_all_began(live: Live) -> None:
    await live.tell(heard(HEARD[3], 3))
    [(envelope, data)] = await told(live)
    assert (envelope.causation_id, envelope.correlation_id) == (heard(HEARD[3], 3).envelope.id, BEGAN)
    assert (envelope.occurred_at, data.detail["by"]) == (NOON, "agent:admin")


async def test_a_command_on_a_ticket_that_somebody_may_not_see_is_kept_with_its_number(live: Live) -> None:
    await live.tell(heard(HEARD[5], 5))
    assert [(one["kind"], one["actor"], one["subject"]) for one in await entries(live)] == [
        ("denied", "agent:ann", "GD-2")
    ]


async def test_who_acts_as_another_and_is_denied_is_named_too(live: Live) -> None:
    live.definitions.current = catalog_of(1, (role("engineer", fields={"*": "read"}), agent("ann", "engineer")))
    answer = await live.client.post("/auth/impersonation", json={"actor": "agent:ann", "reason": "to see"})
    cookie = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
    assert (await live.stranger.get("/v1/audit", headers=cookie)).status_code == 403
    live.client.cookies.clear()
    [denied] = await entries(live, kind="denied")
    assert (denied["actor"], denied["detail"]["by"]) == ("agent:ann", "agent:admin")


async def test_a_definition_that_is_told_again_after_its_log_was_lost_is_not_audited_again(live: Live) -> None:
    for _ in range(2):
        await live.tell(heard(HEARD[0], 0), heard(HEARD[1], 1))
    assert [one["kind"] for one in await entries(live)] == ["definition_applied", "definition_deleted"]


async def test_an_entry_whose_transaction_fails_is_neither_kept_nor_told(live: Live) -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with live.database.transaction() as unit:
            await append(unit, [Entry(NOON, "agent:ann", "exported", "tickets")])
            raise ZeroDivisionError
    assert (await entries(live), await told(live)) == ([], [])


async def test_whoever_follows_the_topic_gets_the_whole_chain_in_its_order_and_can_prove_it(
    live: Live, own_broker: str, tmp_path: Path
) -> None:
    await everything(live)
    settings = ApiSettings(
        database_url=live.database.url,
        kafka_bootstrap=own_broker,
        kafka_idempotence=False,
        kafka_in_memory=True,
        admin_token=SecretStr("token"),
        blobs_dir=tmp_path,
    )
    relay = Relay("api", live.database, settings)
    await relay.start()
    events = await followed(own_broker, len(await entries(live)))
    await relay.stop()
    found, _ = check(iter(as_chain(events)))
    assert (found.count, found.fault) == (len(await entries(live)), None)
    assert [one.hash for one in events] == [one["hash"] for one in await entries(live)]


async def followed(bootstrap: str, count: int) -> list[AuditRecorded]:
    """The first so many records of the topic, as somebody outside reads them."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([TopicPartition(Topic.AUDIT, 0)])
        async with asyncio.timeout(60):
            return [AuditRecorded.model_validate_json((await consumer.getone()).value) for _ in range(count)]
    finally:
        await consumer.stop()
