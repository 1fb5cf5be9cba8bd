"""Rows as CSV (RFC 4180) and as NDJSON, one line at a time.

A CSV is read by spreadsheets, which run what looks like a formula, wherever it came from: a text of anybody's that
begins like one gets an apostrophe in front, and every text stands in quotes. Source: OWASP, CSV Injection. Numbers
stay numbers. Limits: a spreadsheet that is told to split at something other than commas, and not to mind quotes, is
not kept from doing so; NDJSON has every value as it is.
"""

import csv
import io
from collections.abc import Iterable, Sequence

import orjson
from pydantic import JsonValue

BOM = "\ufeff"
BETWEEN = "; "
# The last four are what East Asian keyboards write for the first four; spreadsheets read them alike.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_lines(rows: Iterable[Sequence[JsonValue]]) -> bytes:
    """Rows as lines of a CSV in UTF-8, each ended by CR LF."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    # Half of a pair of surrogates, which JSON can hold and UTF-8 cannot, becomes a question mark.
    return text.getvalue().encode("utf-8", "replace")


def json_lines(names: Sequence[str], rows: Iterable[Sequence[JsonValue]]) -> bytes:
    """Rows as objects, one a line."""
    return b"".join(orjson.dumps(dict(zip(names, row, strict=True))) + b"\n" for row in rows)


def _cell(value: JsonValue) -> str | int | float:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return value
        case str():
            return guarded(value)
        case list() if all(isinstance(one, str | int | float) for one in value):
            return guarded(BETWEEN.join(map(str, value)))
    return orjson.dumps(value).decode()


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text
