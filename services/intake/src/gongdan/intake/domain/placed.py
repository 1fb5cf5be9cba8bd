"""Where faults are in the text that was sent, by line and column: looked up only when there are any."""

import re
from collections.abc import Sequence
from dataclasses import replace

from gongdan.intake.domain import yaml_stream
from gongdan.intake.domain.sent import Reading, Written
from gongdan.intake.domain.yaml_parts import Place, TooMuch
from gongdan.shared.errors import Complaint

MOST_COMPLAINTS = 200
# JSON writes a character beyond 16 bits as two escapes, which YAML does not know; blanks of that length do for places.
PAIR = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
BLANKS = rb"\\u0020\\u0020"


def placed(reading: Reading, complaints: Sequence[Complaint]) -> list[Complaint]:
    """The same complaints with line and column, as far as they can be found: of a missing field, that of its parent.

    Reads the text once more; JSON is read as YAML for it.
    """
    some = complaints[:MOST_COMPLAINTS]
    by_number = {written.number: written for written in reading.written}
    wanted = {by_number[one.document].part for one in some if one.line is None and one.document in by_number}
    try:
        places = yaml_stream.read(PAIR.sub(BLANKS, reading.body), wanted).places if wanted else {}
    except TooMuch:
        return list(some)
    return [_placed(one, by_number.get(one.document), places) if one.document is not None else one for one in some]


def _placed(one: Complaint, written: Written | None, places: dict[int, dict[str, Place]]) -> Complaint:
    if written is None or one.line is not None:
        return one
    known = places.get(written.part, {})
    path = f"{written.prefix}.{one.path or ''}".strip(".")
    while path and path not in known:
        path = path.rpartition(".")[0]
    place = known.get(path)
    return replace(one, line=place[0], column=place[1]) if place else one
