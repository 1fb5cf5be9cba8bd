"""Terms, each kept once: a million clocks share some hundred of them, and carry a number instead.

The number follows from what the terms say, so that replicas agree on it without asking each other. Terms are never
deleted: clocks that are over go on naming them.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from gongdan.shared.db.session import Transaction
from gongdan.sla_timer.domain.terms import Terms

LOAD = "SELECT id, body FROM terms WHERE id = ANY(:ids)"
KEEP = """
    INSERT INTO terms (id, body) SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:bodies AS text[]))
    ON CONFLICT DO NOTHING
"""
MOST = 50_000

_ADAPTER = TypeAdapter(Terms)


def text_of(terms: Terms) -> str:
    """Terms as they are kept."""
    return _ADAPTER.dump_json(terms, exclude_defaults=True).decode()


def number_of(body: str) -> int:
    """The number of terms that are kept so."""
    return int.from_bytes(hashlib.blake2b(body.encode(), digest_size=8).digest(), signed=True)


@dataclass(slots=True)
class TermsShelf:
    """All terms that this process has met, by number and the other way round."""

    _by_number: dict[int, Terms] = field(default_factory=dict)
    _numbers: dict[Terms, int] = field(default_factory=dict)
    _kept: set[int] = field(default_factory=set)

    def number(self, terms: Terms | None) -> int | None:
        """The number of some terms; none for none."""
        if terms is None:
            return None
        known = self._numbers.get(terms)
        if known is None:
            known = number_of(text_of(terms))
            self._learn(known, terms)
        return known

    def terms(self, number: int | None) -> Terms | None:
        """The terms of a number that was learned. Raises KeyError for another."""
        return None if number is None else self._by_number[number]

    async def learn(self, unit: Transaction, numbers: Iterable[int | None]) -> None:
        """Make sure that these numbers are known."""
        missing = {one for one in numbers if one is not None and one not in self._by_number}
        if missing:
            for row in await unit.all(LOAD, {"ids": list(missing)}):
                self._learn(row.id, _ADAPTER.validate_json(row.body))
                self._kept.add(row.id)

    async def keep(self, unit: Transaction, used: Collection[int]) -> None:
        """Make sure that these are stored. What this transaction stores counts only once it is seen to be there."""
        unsure = [one for one in used if one not in self._kept]
        if not unsure:
            return
        self._kept.update(row.id for row in await unit.all(LOAD, {"ids": unsure}))
        new = [one for one in unsure if one not in self._kept]
        if new:
            await unit.execute(KEEP, {"ids": new, "bodies": [text_of(self._by_number[one]) for one in new]})

    def _learn(self, number: int, terms: Terms) -> None:
        if len(self._by_number) >= MOST:
            self._by_number.clear()
            self._numbers.clear()
        self._by_number[number] = terms
        self._numbers[terms] = number
