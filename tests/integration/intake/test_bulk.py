"""Many messages in one upload: a result for each line, the same ids when it is sent again, bounded memory."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gongdan.intake.adapters.group_commit import GroupCommit
from gongdan.intake.domain import limits
from tests.integration.intake.desk import Intake, refused
from tests.kit.http_server import say, served

PATH = "/intake/v1/messages/bulk"
KIND = {"Content-Type": "application/x-ndjson"}


def message(number: int, **more: Any) -> dict[str, Any]:
    """A message of a customer of its own."""
    return {"requester": {"email": f"customer-{number}@example.com"}, "text": f"Nothing works, {number}."} | more


def lines(*values: object) -> bytes:
    """An upload."""
    return b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in values)


async def upload(intake: Intake, content: Any, path: str = PATH, **headers: str) -> list[dict[str, Any]]:
    """What is answered for each line, and the totals."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = await intake.http.post(path, content=content, headers=KIND | named)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_every_line_has_its_result_and_a_bad_one_blocks_no_other(intake: Intake) -> None:
    too_long = b'{"text": "' + b"x" * (limits.JSON_BYTES + 10) + b'"}'
    *results, last = await upload(
        intake, lines(message(1), b"{", {"text": "x"}, b"", too_long, message(6), message(7, workspace="nowhere"))
    )
    assert [(one["line"], one["status"]) for one in results] == [
        (1, 202), (2, 400), (3, 422), (5, 413), (6, 202), (7, 422)
    ]  # fmt: skip
    assert [one["field"] for one in results[2]["problem"]["errors"]] == ["requester"]
    assert last == {"totals": {"lines": 6, "accepted": 2, "duplicates": 0, "refused": 4, "not_kept": 0}}
    assert len(await intake.said("MessageReceived")) == 2


async def test_the_mark_that_some_programs_begin_a_file_with_is_no_part_of_the_first_line(intake: Intake) -> None:
    *results, _ = await upload(intake, b"\xef\xbb\xbf" + lines(message(1), message(2)))
    assert [one["status"] for one in results] == [202, 202]


async def test_a_compressed_upload_is_refused_as_a_whole(intake: Intake) -> None:
    answer = await intake.http.post(PATH, content=lines(message(1)), headers=KIND | {"Content-Encoding": "gzip"})
    assert refused(answer, 415) == ["Content-Encoding"]


@pytest.mark.parametrize("key", [{}, {"Idempotency_Key": "monday"}], ids=["by content", "by key"])
async def test_an_upload_sent_again_gives_the_same_ids_as_duplicates(intake: Intake, key: dict[str, str]) -> None:
    content = lines(*(message(number) for number in range(300)))
    first, again = await upload(intake, content, **key), await upload(intake, content, **key)
    assert [one["message_id"] for one in first[:-1]] == [one["message_id"] for one in again[:-1]]
    assert (first[-1]["totals"]["accepted"], again[-1]["totals"]["duplicates"]) == (300, 300)
    assert await intake.count("messages") == 300


async def test_an_upload_that_was_cut_off_is_taken_up_by_its_key_and_line(intake: Intake) -> None:
    whole = [message(number) for number in range(1, 11)]
    kept = await upload(intake, lines(*whole[:6]), Idempotency_Key="k")
    rest = await upload(intake, lines(*whole[4:]), f"{PATH}?first_line=5", Idempotency_Key="k")
    assert [one["duplicate"] for one in rest[:-1]] == [True, True, False, False, False, False]
    assert [one["line"] for one in rest[:-1]] == [5, 6, 7, 8, 9, 10]
    assert kept[4]["message_id"] == rest[0]["message_id"]


async def test_a_line_with_an_id_of_its_own_and_another_body_is_a_conflict_that_operators_see(intake: Intake) -> None:
    await upload(intake, lines(message(1, external_id="order-7")))
    *results, _ = await upload(intake, lines(message(2, external_id="order-7"), message(3)))
    assert [one["status"] for one in results] == [409, 202]
    seen = (await intake.http.get("/intake/v1/conflicts")).json()
    assert [(one["channel"], one["source"], one["external_id"]) for one in seen["conflicts"]] == [
        ("api", "admin", "order-7")
    ]
    following = await intake.http.get(f"/intake/v1/conflicts?before={seen['conflicts'][0]['id']}")
    assert following.json() == {"conflicts": [], "next": None}
    assert refused(await intake.http.get("/intake/v1/conflicts?before=x"), 422) == ["before"]
    assert refused(await intake.public.get("/intake/v1/conflicts"), 401) == ["Authorization"]


async def test_lines_are_found_wherever_the_pieces_of_a_body_end(intake: Intake) -> None:
    content = lines(*(message(number, text="数" * 50) for number in range(40))) + b"\r\n\r\n"

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 7):
            yield content[start : start + 7]

    *results, _ = await upload(intake, pieces())
    assert [one["line"] for one in results] == list(range(1, 41))
    assert {one["status"] for one in results} == {202}


async def test_lines_wait_while_we_are_behind_and_are_told_when_that_lasts(intake: Intake) -> None:
    acceptor = next(part for part in intake.service.parts if isinstance(part, GroupCommit))
    acceptor.capacity = 3
    *results, last = await upload(intake, lines(*(message(number) for number in range(20))))
    assert len(results) == 20
    assert {one["status"] for one in results} <= {202, 503}
    assert last["totals"]["accepted"] >= 3


async def test_a_client_that_reads_only_when_it_has_sent_everything_gets_every_result(intake: Intake) -> None:
    count = 3_000
    body = lines(*(message(number) for number in range(count)))
    token = intake.http.headers["Authorization"].encode()
    head = (
        b"POST %s HTTP/1.1\r\nHost: a\r\nAuthorization: %s\r\nContent-Type: application/x-ndjson\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n" % (PATH.encode(), token, len(body))
    )
    intake.service.health.ready()
    async with served(intake.service.app, intake.service.protocol) as port:
        answer = await say(port, head, body)
    assert b'"accepted":%d' % count in answer


async def test_what_is_no_ndjson_or_not_allowed_is_refused_at_once(intake: Intake) -> None:
    assert refused(await intake.http.post(PATH, json={}), 415) == ["Content-Type"]
    assert refused(await intake.public.post(PATH, content=b"", headers=KIND), 401) == ["Authorization"]
    assert refused(await intake.http.post(f"{PATH}?first_line=0", headers=KIND), 422) == ["first_line"]


async def test_a_client_that_goes_away_in_the_middle_leaves_whole_lines_only(intake: Intake) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield lines(message(1), message(2))
        raise httpx.ReadError("gone")

    with pytest.raises(httpx.ReadError):
        await intake.http.post(PATH, content=broken(), headers=KIND)
    assert await intake.count("messages") <= 2
