"""Definitions as they are sent: YAML 1.2 or JSON, one document, a list or a stream, bounded in size and depth."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import orjson
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.errors import Complaint, FixInput

MOST_DOCUMENTS = 1_000
MOST_NODES = 100_000
DEEPEST = 40
MOST_BRACKETS = 100


def parse(body: bytes) -> list[dict[str, Any]]:
    """The documents in a request. Raises FixInput: 400 when it is neither JSON nor YAML, 422 when it is too much."""
    try:
        found = [orjson.loads(body)]
    except orjson.JSONDecodeError:
        found = _yaml(body)
    documents = [item for part in found for item in (part if isinstance(part, list) else [part]) if item]
    if not documents:
        raise _refused("body", "holds no definition", "send at least one document")
    if len(documents) > MOST_DOCUMENTS:
        raise _refused("body", f"holds {len(documents)} definitions", f"send at most {MOST_DOCUMENTS} at once")
    _bounded(documents)
    return [_plain(number, item) for number, item in enumerate(documents)]


def check_all(documents: Sequence[dict[str, Any]]) -> list[Definition]:
    """Each document as a definition of its kind. Raises FixInput with the complaints about all of them."""
    checked: list[Definition] = []
    complaints: list[Complaint] = []
    for number, raw in enumerate(documents):
        try:
            checked.append(check(raw))
        except FixInput as error:
            complaints += located(number, raw, error)
    if complaints:
        raise FixInput("invalid-definition", "nothing was applied: not all definitions are sound", *complaints)
    return checked


def located(number: int, raw: dict[str, Any], error: FixInput) -> list[Complaint]:
    """The complaints about one document, each with where it stands."""
    meta = raw.get("metadata")
    name = meta.get("name") if isinstance(meta, dict) else None
    which = f"documents[{number}] ({raw.get('kind')} {name})"
    return [Complaint(f"{which}.{item.field}", item.problem, item.cure) for item in error.complaints]


def _yaml(body: bytes) -> list[Any]:
    # The reader's time grows with the square of the nesting, so that is looked at first, roughly.
    if _brackets(body) > MOST_BRACKETS:
        raise _broken(f"opens more than {MOST_BRACKETS} brackets that it does not close")
    try:
        return list(YAML(typ="safe", pure=True).load_all(body.decode("utf-8")))
    except UnicodeDecodeError as error:
        raise _broken(f"is not UTF-8 at byte {error.start}") from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise _broken(" ".join(str(error).split())[:500] or type(error).__name__) from error


def _brackets(body: bytes) -> int:
    """The most brackets that are open at once, those in texts included."""
    steps = (1 if char in b"[{" else -1 for char in body if char in b"[]{}")
    return max(accumulate(steps), default=0)


def _bounded(documents: Sequence[Any]) -> None:
    """Count every node as often as it is reached: an alias may stand for a million of them."""
    pending: list[tuple[Any, int]] = [(item, 0) for item in documents]
    seen = 0
    while pending:
        item, depth = pending.pop()
        seen += 1
        if seen > MOST_NODES or depth > DEEPEST:
            what = f"at most {MOST_NODES} values, {DEEPEST} levels deep"
            raise _refused("body", "holds too much", f"send {what}")
        if isinstance(item, dict):
            pending += [(value, depth + 1) for value in item.values()]
        elif isinstance(item, list | tuple | set):
            pending += [(value, depth + 1) for value in item]


def _plain(number: int, document: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever YAML can say
    """As plain JSON data, dates as text."""
    if not isinstance(document, dict):
        raise _refused(f"documents[{number}]", "is no mapping", "write apiVersion, kind, metadata and spec")
    try:
        text = orjson.dumps(document)
    except TypeError as error:
        raise _refused(f"documents[{number}]", str(error), "use text as keys, and plain values") from error
    if b"\\u0000" in text:
        raise _refused(f"documents[{number}]", "holds a NUL character", "remove it")
    plain: dict[str, Any] = orjson.loads(text)
    return plain


def _broken(problem: str) -> FixInput:
    complaint = Complaint("body", problem, "send YAML 1.2 or JSON in UTF-8")
    return FixInput("invalid-document", "the request is neither JSON nor YAML", complaint, status=400)


def _refused(field: str, problem: str, cure: str) -> FixInput:
    return FixInput("invalid-document", "the request holds no definitions", Complaint(field, problem, cure))
