"""From events to the ledger: each recipient once, in the right thread, and nobody for what is not live."""

from gongdan.notifier.domain.message import Mail
from gongdan.shared.contracts.deliveries import DeliveryQueued, DeliverySuppressed
from gongdan.shared.contracts.envelope import Mode
from gongdan.shared.contracts.messages import MailIds
from tests.handlers.notifier.world import World, world
from tests.unit.notifier.given import AGENT, IDS, TICKET, assigned, breached, catalog, channel, event, opened, replied

FIRST_MAIL = MailIds(message_id="first@customer.example")


async def mails(notifier: World) -> list[Mail]:
    """The mails in the ledger, by recipient and subject."""
    found = [Mail.model_validate_json(row.content) for row in await notifier.rows() if row.channel == "email"]
    return sorted(found, key=lambda one: (one.to, one.subject))


async def test_an_event_becomes_one_delivery_that_is_announced(fresh_database: str) -> None:
    async with world(fresh_database) as notifier:
        await notifier.tell(event(opened()))
        (said,) = await notifier.said()
        (row,) = await notifier.rows()
    assert isinstance(said, DeliveryQueued)
    assert (said.delivery_id, said.ticket, said.recipient) == (row.id, "GD-1", "customer@example.com")
    assert said.mail_message_id
    assert IDS.ticket_of(said.mail_message_id) == "GD-1"


async def test_the_same_event_again_changes_and_says_nothing(fresh_database: str) -> None:
    async with world(fresh_database) as notifier:
        await notifier.tell(event(opened()))
        await notifier.tell(event(opened()))
        assert (len(await notifier.rows()), await notifier.types()) == (1, ["DeliveryQueued"])


async def test_what_is_suppressed_is_written_down_with_its_reason_and_never_due(fresh_database: str) -> None:
    async with world(fresh_database) as notifier:
        await notifier.tell(event(opened(automatic="auto_reply")))
        (said,) = await notifier.said()
        (row,) = await notifier.rows()
    assert isinstance(said, DeliverySuppressed)
    assert said.reason == "automatic-message"
    assert (row.state, row.due_at, row.error) == ("suppressed", None, "automatic-message")


async def test_replayed_and_imported_events_tell_nobody_but_keep_the_thread(fresh_database: str) -> None:
    async with world(fresh_database) as notifier:
        await notifier.tell(event(opened(mail=FIRST_MAIL), mode=Mode.IMPORT))
        await notifier.tell(event(replied(), AGENT, Mode.REPLAY))
        assert (await notifier.rows(), await notifier.said()) == ([], [])
        await notifier.tell(event(replied(), AGENT, name="live"))
        (mail,) = await mails(notifier)
    assert mail.in_reply_to == "first@customer.example"


async def test_an_answer_refers_to_all_that_went_before_it_across_batches(fresh_database: str) -> None:
    async with world(fresh_database) as notifier:
        await notifier.tell(event(opened(mail=FIRST_MAIL)))
        await notifier.tell(event(replied(), AGENT, name="1"))
        await notifier.tell(event(replied(), AGENT, name="2"))
        (first, second, third) = [Mail.model_validate_json(row.content) for row in await notifier.rows()]
    by_length = sorted((first, second, third), key=lambda one: len(one.references))
    assert [len(one.references) for one in by_length] == [1, 2, 3]
    assert by_length[2].references == ("first@customer.example", by_length[0].message_id, by_length[1].message_id)
    assert {one.in_reply_to for one in by_length} == {"first@customer.example"}


async def test_a_suppressed_mail_is_not_referred_to(fresh_database: str) -> None:
    async with world(fresh_database) as notifier:
        await notifier.tell(event(opened(mail=FIRST_MAIL, automatic="bulk")), event(replied(), AGENT))
        (mail,) = [Mail.model_validate_json(row.content) for row in await notifier.rows() if row.content]
    assert mail.references == ("first@customer.example",)


async def test_a_deadline_that_is_heard_of_before_its_ticket_is_announced_all_the_same(fresh_database: str) -> None:
    async with world(fresh_database) as notifier:
        await notifier.tell(event(breached()))
        (mail,) = await mails(notifier)
    assert mail.subject == "[GD-1-4] Deadline missed (resolution): (no subject)"


async def test_one_batch_reaches_people_and_endpoints(fresh_database: str) -> None:
    async with world(fresh_database) as notifier:
        notifier.definitions.current = catalog(channel())
        await notifier.tell(event(opened()), event(assigned()), event(breached()))
        rows = await notifier.rows()
    assert sorted((row.purpose, row.lane) for row in rows) == [
        ("acknowledgement", "email"),
        ("assignment", "email"),
        ("breach", "email"),
        ("event", "webhook:/partner"),
    ]


async def test_a_loop_over_many_batches_falls_silent(fresh_database: str) -> None:
    async with world(fresh_database) as notifier:
        for nth in range(14):
            await notifier.tell(event(opened(), name=str(nth)))
        types = await notifier.types()
    assert types == ["DeliveryQueued"] * 10 + ["DeliverySuppressed"] * 4


async def test_answers_of_agents_are_never_too_many(fresh_database: str) -> None:
    async with world(fresh_database) as notifier:
        await notifier.tell(*(event(replied(), AGENT, name=str(nth)) for nth in range(40)))
        assert await notifier.types() == ["DeliveryQueued"] * 40


async def test_a_text_with_every_odd_character_is_kept(fresh_database: str) -> None:
    odd = "NUL \x00 and \u2028 and 😀 and \ud7ff"
    async with world(fresh_database) as notifier:
        await notifier.tell(
            event(opened(ticket={"subject": odd})), event(replied(text=odd, ticket={"subject": odd}), AGENT)
        )
        texts = [mail.text for mail in await mails(notifier)]
        async with notifier.db.transaction() as unit:
            row = await unit.one("SELECT subject FROM threads WHERE ticket_id = :id", {"id": TICKET})
    assert any(odd in text for text in texts)
    assert row
    assert row.subject == "NUL   and   and 😀 and \ud7ff"
