"""A Source's samples: whether each gives the message that its author expects. Pure; run at every apply."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from gongdan.intake.domain import mapping, payload_texts, payloads
from gongdan.intake.domain.mapping import Mapped
from gongdan.intake.domain.mapping_programs import Given, Programs, compile_map
from gongdan.shared.definitions.source import Sample, Source
from gongdan.shared.errors import Complaint, FixInput

PARTS: Mapping[str, Callable[[Mapped], Any]] = {
    "idempotency_key": lambda found: found.idempotency_key,
    "conversation": lambda found: found.conversation,
    "subject": lambda found: found.subject,
    "body": lambda found: found.text,
    "priority": lambda found: found.priority,
    "closes": lambda found: found.closes,
    "fields": lambda found: dict(found.fields),
    "requester": lambda found: found.requester.model_dump(exclude_none=True) if found.requester else None,
    "occurred_at": lambda found: found.occurred_at.isoformat() if found.occurred_at else None,
}


def complaints(source: Source) -> list[Complaint]:
    """Everything in which the samples and what they give differ. Raises FixInput for expressions that are none."""
    programs = compile_map(source.map)
    return [each for number, sample in enumerate(source.samples) for each in _sample(programs, number, sample)]


def _sample(programs: Programs, number: int, sample: Sample) -> Iterator[Complaint]:
    place = f"spec.samples.{number}"
    try:
        found = mapping.read(programs, given_by(sample))
    except FixInput as error:
        yield from (Complaint(place, f"{one.field} {one.problem}", one.cure) for one in error.complaints)
        return
    wanted = sample.messages if sample.messages is not None else [sample.expect or {}]
    name = f"{place}.{'messages' if sample.messages is not None else 'expect'}"
    if len(found) != len(wanted):
        yield Complaint(name, f"gives {len(found)} messages", f"expected {len(wanted)}; list them under messages")
        return
    for nth, (message, parts) in enumerate(zip(found, wanted, strict=True)):
        yield from _message(f"{name}.{nth}" if sample.messages is not None else name, message, parts)


def given_by(sample: Sample) -> Given:
    """What the sample's request would give the expressions. Raises FixInput when its payload cannot be read."""
    headers = {name.lower(): value for name, value in sample.headers.items()}
    if sample.raw is None:
        return Given(sample.body, headers, sample.query, size=len(orjson.dumps(sample.body)))
    content_type = headers.get("content-type", "")
    raw = payload_texts.bytes_of(content_type, sample.raw)
    return Given(payloads.read(content_type, raw).data, headers, sample.query, size=len(raw))


def _message(place: str, found: Mapped, wanted: Mapping[str, Any]) -> Iterator[Complaint]:
    for part, want in wanted.items():
        if part not in PARTS:
            yield Complaint(f"{place}.{part}", "is no part of a message", f"one of: {', '.join(PARTS)}")
            continue
        got = PARTS[part](found)
        if got != want:
            yield Complaint(f"{place}.{part}", f"gives {got!r}{_why(part, found.failed)}", f"expected {want!r}")


def _why(part: str, failed: Sequence[str]) -> str:
    names = [name for name in failed if name == part or name.startswith(f"{part}.")]
    return f" ({', '.join(names)} cannot be read from this sample)" if names else ""
