"""A form as a page: its controls in order, and all that is wrong. Pure; no markup here.

Limits: a page shows up to MOST_ROWS rows of a table, and MOST_CELLS cells. Fields of no kind that we know have no
control; the page says so in their place.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gongdan.intake.domain.form_controls import Control, Sent, Typed, control, is_about, sentence
from gongdan.intake.domain.form_messages import Language
from gongdan.intake.domain.form_view import Shown
from gongdan.intake.domain.form_words import WORDS
from gongdan.shared.errors import Complaint

# What is wrong with the whole, in the page's own words.
WHOLE = frozenset({"X-Form-Token", "X-Form-Work", "conflict", "come-back-later"})
ROW = re.compile(r"(\d{1,2})\.(.+)", re.ASCII)
MOST_ROWS = 10
MOST_CELLS = 60


def controls(fields: Iterable[Shown], language: Language, sent: Sent, zone: str) -> tuple[Control, ...]:
    """A control for each field of a form's `view`, in order. `zone` names the time zone of local times."""
    return tuple(
        _table(one, language, sent, zone) if one.get("columns") else control(one, language, sent, zone)
        for one in fields
    )


def faults(shown: Sequence[Control], sent: Sequence[Complaint], language: Language) -> list[tuple[str, str]]:
    """All that is wrong, in the order of the page: the control it is about (or none), and a sentence."""
    words = WORDS[language]
    others = [one for one in sent if not any(is_about(one, known.name) for known in shown)]
    told = [("", words[one.field] if one.field in WHOLE else sentence(one, one.field, language)) for one in others]
    return told + [(one.name, fault) for known in shown for one in _with_cells(known) for fault in one.faults]


def _with_cells(shown: Control) -> Iterator[Control]:
    yield shown
    for row in shown.rows:
        yield from row


def _table(given: Shown, language: Language, sent: Sent, zone: str) -> Control:
    """A table with what was typed in its first rows, and blank ones after it."""
    typed = _typed_rows(given["name"], sent.typed or {})
    count = max(min(MOST_ROWS, _most(given), MOST_CELLS // len(given["columns"])), len(typed), 1)
    rows = [
        [_cell(given, column, nth, language, Sent(typed[nth] if nth < len(typed) else {}, sent.complaints), zone)
         for column in given["columns"]]
        for nth in range(count)
    ]  # fmt: skip
    cells = [cell.name for row in rows for cell in row]
    left = [one for one in sent.complaints if not any(is_about(one, name) for name in cells)]
    return replace(control(given, language, replace(sent, complaints=left), zone), values=(), rows=rows)


def _most(given: Shown) -> int:
    most = given["schema"].get("maxItems")
    return most if isinstance(most, int) else MOST_ROWS


def _cell(given: Shown, column: Shown, nth: int, language: Language, sent: Sent, zone: str) -> Control:
    name = f"{given['name']}.{nth}.{column['name']}"
    title = f"{given['title']} {nth + 1}, {column['title']}"
    cell = control(column | {"name": name, "title": title, "required": False}, language, sent, zone)
    return replace(cell, title=column["title"], is_cell=True)


def _typed_rows(table: str, typed: Typed) -> list[Typed]:
    """By row, blank ones left out: as the server counts them when it says what is wrong."""
    rows: dict[int, dict[str, Sequence[str]]] = {}
    for name, values in typed.items():
        field, _, rest = name.partition(".")
        place = ROW.fullmatch(rest) if field == table else None
        if place and any(values):
            rows.setdefault(int(place[1]), {})[place[2]] = values
    ordered = (rows[nth] for nth in sorted(rows))
    return [{f"{table}.{nth}.{name}": values for name, values in row.items()} for nth, row in enumerate(ordered)]
