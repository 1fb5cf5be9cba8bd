"""What was set aside: kept with its bytes, found again, and read again or discarded when somebody decides so."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import pytest

from gongdan.intake.adapters.quarantine import PostgresQuarantine
from gongdan.intake.domain.quarantine import QuarantineQuery
from gongdan.intake.handlers.quarantine import Releasing
from gongdan.intake.ports import Receipt
from gongdan.intake.ports.quarantine import Aside, SetAside
from gongdan.shared.blobs import Blobs
from gongdan.shared.db.session import Database
from gongdan.shared.errors import FixInput
from tests.integration.intake.desk import Intake, accepted, refused

RAW = b"\xff\xfe not a mail at all \x00"
AT = datetime(2026, 3, 2, tzinfo=UTC)
MESSAGE = UUID(int=7)
BY = "agent:ann"
MAIL = b"From: c@example.com\r\nMessage-ID: <%d@example.com>\r\nSubject: Pump\r\n\r\nIt is broken.\r\n"


class FakeReleaser:
    """Understands everything, or nothing."""

    def __init__(self, understands: bool) -> None:
        self.understands = understands
        self.seen: list[tuple[str, bytes, datetime]] = []

    async def release(self, entry: SetAside, raw: bytes) -> Receipt:
        """Returns a receipt."""
        self.seen.append((entry.source, raw, entry.received_at))
        if not self.understands:
            raise FixInput("unreadable", "it still cannot be read")
        return Receipt(MESSAGE, duplicate=False)


@pytest.fixture
def quarantine(intake: Intake, tmp_path: Path) -> PostgresQuarantine:
    """The quarantine of the running intake."""
    return PostgresQuarantine(cast("Database", intake.service.parts[0]), Blobs(tmp_path / "blobs" / "quarantine"))


async def aside(quarantine: PostgresQuarantine, channel: str = "fax") -> UUID:
    """Set the same thing aside."""
    return await quarantine.set_aside(channel, "support", RAW, "broken", "no headers\x00", AT)


async def mails_aside(quarantine: PostgresQuarantine, count: int) -> list[UUID]:
    """Mails that can be read, set aside as if that had not been so."""
    asides = [
        Aside("email", "help@example.com", MAIL % number, "reader-failed", "?", AT + timedelta(hours=number))
        for number in range(count)
    ]
    return [await quarantine.put(each) for each in asides]


def releasing(quarantine: PostgresQuarantine, intake: Intake, understands: bool) -> Releasing:
    return Releasing(quarantine, {"fax": FakeReleaser(understands)}, intake.clock)


async def test_the_same_bytes_are_set_aside_once_and_shown(intake: Intake, quarantine: PostgresQuarantine) -> None:
    assert await aside(quarantine) == await aside(quarantine)
    (entry,) = (await intake.http.get("/intake/v1/quarantine")).json()["quarantine"]
    assert (entry["source"], entry["cause"], entry["detail"], entry["size"]) == (
        "support",
        "broken",
        "no headers",
        len(RAW),
    )
    assert (await intake.http.get(f"/intake/v1/quarantine/{entry['id']}")).json() == entry


async def test_the_bytes_are_given_as_they_came_and_never_as_a_page(
    intake: Intake, quarantine: PostgresQuarantine
) -> None:
    entry = await aside(quarantine)
    answer = await intake.http.get(f"/intake/v1/quarantine/{entry}/raw")
    assert answer.content == RAW
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f'attachment; filename="{entry}.bin"'
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_the_list_is_filtered_and_goes_on_page_by_page(intake: Intake, quarantine: PostgresQuarantine) -> None:
    ids = [str(each) for each in await mails_aside(quarantine, 5)]
    await aside(quarantine)
    first = (await intake.http.get("/intake/v1/quarantine", params={"cause": "reader-failed", "limit": 3})).json()
    rest = {"cause": "reader-failed", "limit": 3, "cursor": first["next"]}
    second = (await intake.http.get("/intake/v1/quarantine", params=rest)).json()
    assert [each["id"] for each in (*first["quarantine"], *second["quarantine"])] == ids
    assert second["next"] is None
    newest = {"channel": "email", "order": "desc", "since": "2026-03-02T03:00:00Z", "until": "2026-03-02T04:00:00Z"}
    found = (await intake.http.get("/intake/v1/quarantine", params=newest)).json()["quarantine"]
    assert [each["id"] for each in found] == ids[3:4]


@pytest.mark.parametrize(
    ("query", "field"),
    [({"limit": "0"}, "limit"), ({"since": "yesterday"}, "since"), ({"cursor": "x"}, "cursor"), ({"y": "1"}, "y")],
)
async def test_a_query_that_means_nothing_is_refused(intake: Intake, query: dict[str, str], field: str) -> None:
    assert refused(await intake.http.get("/intake/v1/quarantine", params=query), 422) == [field]


async def test_what_can_be_read_now_becomes_a_message_once(intake: Intake, quarantine: PostgresQuarantine) -> None:
    room = releasing(quarantine, intake, understands=True)
    entry = await aside(quarantine)
    assert await room.on_release(entry, BY) == Receipt(MESSAGE, duplicate=False)
    assert await room.on_release(entry, BY) == Receipt(MESSAGE, duplicate=True)
    assert cast("FakeReleaser", room.releasers["fax"]).seen == [("support", RAW, AT)]
    assert (await room.page(QuarantineQuery())).quarantine == []
    (said,) = await intake.said("QuarantineReleased")
    assert (said["quarantine_id"], said["message_id"], said["cause"]) == (str(entry), str(MESSAGE), "broken")
    found = await room.one(entry)
    assert (found.released_as, found.released_by) == (MESSAGE, BY)


async def test_what_still_cannot_be_read_stays(intake: Intake, quarantine: PostgresQuarantine) -> None:
    room = releasing(quarantine, intake, understands=False)
    entry = await aside(quarantine)
    with pytest.raises(FixInput):
        await room.on_release(entry, BY)
    assert len((await room.page(QuarantineQuery())).quarantine) == 1


async def test_after_a_fix_all_of_a_cause_are_released_and_the_unreadable_stay(
    intake: Intake, quarantine: PostgresQuarantine
) -> None:
    await mails_aside(quarantine, 3)
    broken = Aside("email", "help@example.com", b"no header\r\n", "reader-failed", "?", AT + timedelta(hours=1))
    entry = await quarantine.put(broken)
    path = "/intake/v1/quarantine/release"
    first = (await intake.http.post(path, params={"cause": "reader-failed", "limit": 2})).json()
    cursor = {"cause": "reader-failed", "cursor": first["next"]}
    second = (await intake.http.post(path, params=cursor)).json()
    assert first["released"] + second["released"] == 3
    assert [each["id"] for each in (*first["refused"], *second["refused"])] == [str(entry)]
    assert second["next"] is None
    assert await intake.count("messages") == 3
    again = (await intake.http.post(path, params={"cause": "reader-failed"})).json()
    assert (again["released"], len(again["refused"])) == (0, 1)
    assert len(await intake.said("QuarantineReleased")) == 3


async def test_what_is_not_wanted_is_discarded_with_a_reason_and_can_still_be_seen(
    intake: Intake, quarantine: PostgresQuarantine
) -> None:
    entry = (await mails_aside(quarantine, 1))[0]
    path = f"/intake/v1/quarantine/{entry}"
    assert refused(await intake.post(f"quarantine/{entry}/discard", {}), 422) == ["reason"]
    answer = (await intake.post(f"quarantine/{entry}/discard", {"reason": "advertising"})).json()
    assert answer["discard_reason"] == "advertising"
    assert (await intake.http.get("/intake/v1/quarantine")).json()["quarantine"] == []
    discarded = (await intake.http.get("/intake/v1/quarantine", params={"state": "discarded"})).json()["quarantine"]
    assert [each["id"] for each in discarded] == [str(entry)]
    assert refused(await intake.http.post(f"{path}/release"), 409) == ["id"]
    (said,) = await intake.said("QuarantineDiscarded")
    assert (said["quarantine_id"], said["reason"]) == (str(entry), "advertising")
    assert await intake.count("messages") == 0


async def test_what_was_released_cannot_be_discarded(intake: Intake, quarantine: PostgresQuarantine) -> None:
    entry = (await mails_aside(quarantine, 1))[0]
    accepted(await intake.http.post(f"/intake/v1/quarantine/{entry}/release"))
    assert refused(await intake.post(f"quarantine/{entry}/discard", {"reason": "late"}), 409) == ["id"]


async def test_what_cannot_be_released_is_told_why(intake: Intake, quarantine: PostgresQuarantine) -> None:
    entry = await aside(quarantine)
    assert refused(await intake.http.post(f"/intake/v1/quarantine/{entry}/release"), 422) == ["channel"]
    for path in (f"{uuid4()}/release", "nothing/release"):
        assert refused(await intake.http.post(f"/intake/v1/quarantine/{path}"), 404) == ["id"]
    assert refused(await intake.http.get("/intake/v1/quarantine/nothing/raw"), 404) == ["id"]


async def test_strangers_see_and_decide_nothing(intake: Intake, quarantine: PostgresQuarantine) -> None:
    entry = await aside(quarantine)
    for path in ("quarantine", f"quarantine/{entry}", f"quarantine/{entry}/raw", "mailboxes"):
        assert (await intake.public.get(f"/intake/v1/{path}")).status_code == 401
    for path in (f"{entry}/release", "release", f"{entry}/discard"):
        assert (await intake.public.post(f"/intake/v1/quarantine/{path}")).status_code == 401
