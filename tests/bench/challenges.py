"""How soon partners are answered while intake has all the messages to take that it can, and more.

    python -m tests.bench.challenges [--processes 2] [--connections 256] [--seconds 20] [--rate 50]

Starts PostgreSQL, the broker and one intake, and processes that send API messages as fast as they are taken. Meanwhile
this process sends what DingTalk, WeCom, Feishu and Slack send: challenges, which ask whether the address is ours, and
signed callbacks, which become messages. Prints how long answers took. A callback that was told to come back (503) was
answered too, and is counted apart.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import orjson
import uvloop

from gongdan.shared.embedded.stack import Stack
from tests.bench.end_to_end import at_rate
from tests.bench.http import Client
from tests.bench.intake_http import only_intake
from tests.bench.load import Load, load
from tests.kit.partners import PARTNERS, Call, Partner, callback_signature, quoted, sealed

BARS = {"challenge": 1.0, "callback": 1.5}
WARM_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """To what, with which status, after how many seconds."""

    partner: str
    kind: str
    status: int
    seconds: float


def _wecom_check(_: Partner, now: datetime) -> Call:
    echo = sealed(b"1234567890")
    time = str(int(now.timestamp()))
    signature = callback_signature(time, "n1", echo)
    return Call(
        b"", query={"msg_signature": signature, "timestamp": time, "nonce": "n1", "echostr": echo}, method="GET"
    )


def _asked(body: Mapping[str, str]) -> Callable[[Partner, datetime], Call]:
    return lambda partner, now: partner.sign(orjson.dumps(body), now, "")


def _event(partner: Partner, now: datetime) -> Call:
    """Something that nobody said before."""
    text = f"printer {random.getrandbits(64)} is on fire"
    return partner.sign(orjson.dumps({"text": text}), now, "")


CHALLENGES: Mapping[str, Callable[[Partner, datetime], Call]] = {
    "dingtalk_callback": _asked({"EventType": "check_url"}),
    "wecom": _wecom_check,
    "feishu": _asked({"type": "url_verification", "challenge": "a1b2"}),
    "slack": _asked({"type": "url_verification", "challenge": "a1b2", "token": "t"}),
}


def source(name: str, folder: Path) -> dict[str, Any]:
    """A partner's Source, its secrets in files."""
    verify: dict[str, Any] = dict(PARTNERS[name].verify)
    for key, secret in PARTNERS[name].secrets.items():
        path = folder / f"{name}-{key}"
        path.write_text(secret)
        verify = {field: f"file:{path}" if value == f"env:{key}" else value for field, value in verify.items()}
    spec = {"verify": verify, "map": {"subject": "body.text", "requester": {"email": "'a@example.com'"}}}
    metadata = {"name": name.replace("_", "-")}
    return {"apiVersion": "gongdan/v1", "kind": "Source", "metadata": metadata, "spec": spec}


def request(name: str, call: Call) -> bytes:
    """As it goes over the line."""
    query = f"?{quoted(call.query)}" if call.query else ""
    head = [f"{call.method} /intake/v1/hooks/{name.replace('_', '-')}{query} HTTP/1.1", "host: intake"]
    head += [f"{key}: {value}" for key, value in call.headers.items()]
    return "\r\n".join([*head, f"content-length: {len(call.body)}\r\n\r\n"]).encode() + call.body


async def ask(partners: Client, name: str, kind: str) -> Answer:
    """One request of a partner."""
    make = CHALLENGES[name] if kind == "challenge" else _event
    sent = request(name, make(PARTNERS[name], datetime.now(UTC)))
    began = time.perf_counter()
    status, _ = await partners.exchange(sent)
    return Answer(name, kind, status, time.perf_counter() - began)


async def asked(stack: Stack, rate: float, seconds: float) -> Sequence[Answer]:
    """Everybody in turn, at a steady rate, whatever becomes of the requests before."""
    turns = cycle([(name, kind) for kind in BARS for name in CHALLENGES])
    answers: list[Answer] = []
    async with Client(stack.url("intake"), stack.admin_token) as partners:

        async def one() -> float:
            answer = await ask(partners, *next(turns))
            answers.append(answer)
            return answer.seconds

        await at_rate(rate, WARM_SECONDS, one)
        answers.clear()
        await at_rate(rate, seconds, one)
    return answers


def told(kind: str, answers: Sequence[Answer]) -> str:
    """A line about one kind of request."""
    times = sorted(one.seconds * 1000 for one in answers if one.kind == kind)
    p50, p99 = (times[int(len(times) * part)] for part in (0.5, 0.99))
    back = sum(one.status == 503 for one in answers if one.kind == kind)
    wrong = [one for one in answers if one.kind == kind and one.status not in (200, 202, 503)]
    met = "met" if times[-1] <= BARS[kind] * 1000 and not wrong else "missed"
    return (
        f"{kind}s under load: p50 {p50:.0f} ms, p99 {p99:.0f} ms, at most {times[-1]:.0f} ms of {len(times)}; "
        f"{back} told to come back, {len(wrong)} answered wrongly; bar {BARS[kind]} s: {met}"
    )


def weight(sent: Load, before: tuple[int, int], seconds: float) -> str:
    """What intake took and refused beside."""
    accepted, refused = sent.accepted.value - before[0], sent.refused.value - before[1]
    return f"load: {accepted / seconds:,.0f} messages/s accepted, {refused / seconds:,.0f}/s told to come back"


async def measure(chosen: argparse.Namespace) -> None:
    """Run the whole bench and print its figures."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with Stack(Path(folder), services=only_intake) as stack:
            async with Client(stack.url("intake"), stack.admin_token) as admin:
                for name in CHALLENGES:
                    await admin.post("/intake/v1/definitions", source(name, Path(folder)))
            with load(stack.url("intake"), stack.admin_token, chosen.processes, chosen.connections) as sent:
                await asyncio.sleep(WARM_SECONDS)
                before, began = (sent.accepted.value, sent.refused.value), time.perf_counter()
                answers = await asked(stack, chosen.rate, chosen.seconds)
                print(weight(sent, before, time.perf_counter() - began))
    for kind in BARS:
        print(told(kind, answers))


def main() -> None:
    """Read arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--connections", type=int, default=256, help="of each process")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=float, default=50, help="partners' requests a second")
    uvloop.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
