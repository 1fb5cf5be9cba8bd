"""The statements that find tickets by words. Made of constants and fragments; whatever was asked travels as values."""

from collections.abc import Sequence
from typing import Any

from gongdan.api.adapters.nets import condition
from gongdan.api.adapters.tickets import conditions_of
from gongdan.api.domain.numbers import number_value
from gongdan.api.domain.search_query import BY_NUMBER, BY_PIECES, BY_TEXT, BY_TITLE, SearchCursor, SearchQuestion
from gongdan.api.domain.searchable import Seen, Shown
from gongdan.api.domain.terms import Term
from gongdan.api.domain.words import MOST_CHARACTERS
from gongdan.shared.access.nets import either

MOST_RANKED = 10_000
# How much more often than the leading term another must be found, to be asked of each ticket rather than looked up.
MUCH_MORE = 10
TEXTS_PER_TERM = 5
NO_NUMBER = -1
Values = dict[str, Any]
TOLD = f"""
    SELECT p.ticket_id, p.field, p.event_id, left(said.data ->> 'text', {MOST_CHARACTERS}) AS text,
        said.data -> 'attachments' AS attachments
    FROM unnest(CAST(:ids AS uuid[])) AS wanted (ticket_id)
    CROSS JOIN unnest(CAST(:queries AS text[])) AS term (query)
    CROSS JOIN LATERAL (
        SELECT * FROM search_parts AS one
        WHERE one.ticket_id = wanted.ticket_id AND one.field = ANY(CAST(:fields AS text[]))
            AND one.words @@ CAST(term.query AS tsquery)
        ORDER BY one.recorded_at DESC LIMIT {TEXTS_PER_TERM}) AS p
    JOIN timeline AS said
        ON (said.ticket_id, said.recorded_at, said.event_id) = (p.ticket_id, p.recorded_at, p.event_id)
    ORDER BY p.recorded_at DESC
    """  # noqa: S608 - made of constants


def sizes(terms: Sequence[Term], most: int) -> tuple[str, Values]:
    """In how many texts each term is; `most` where in more."""
    values = {f"size_{place}": term.widest_query for place, term in enumerate(terms)}
    some = "SELECT FROM search_parts WHERE words @@ CAST(:{name} AS tsquery) LIMIT {most}"
    counts = (f"(SELECT count(*) FROM ({some.format(name=name, most=most)}) AS found)" for name in values)  # noqa: S608
    return f"SELECT {', '.join(counts)}", values


def ranked(question: SearchQuestion, sizes: Sequence[int], cursor: SearchCursor | None) -> tuple[str, Values]:
    """Those that fit, the best first, and how many they are."""
    conditions, values = _about_tickets(question)
    values |= {"titles": sorted(question.searchable.titles), "number": question.number}
    values["number_value"] = number_value(question.number) if question.number.isdecimal() else NO_NUMBER
    visible = _visible(question.searchable.seen, values)
    first, *others = sorted(range(len(sizes)), key=lambda place: sizes[place])
    joined = "".join(
        f" CROSS JOIN LATERAL ({_ranks(question.terms[place], values, visible, alone=True)}) AS other_{place}"
        if sizes[place] > MUCH_MORE * sizes[first]
        else f" JOIN ({_ranks(question.terms[place], values, visible)}) AS other_{place} USING (ticket_id)"
        for place in others
    )
    ranks = ", ".join(["rarest.rank", *(f"other_{place}.rank" for place in others)])
    rank = f"CASE WHEN number = :number OR number_value = :number_value THEN {BY_NUMBER} ELSE least({ranks}) END"
    there = [*conditions, *(f"other_{place}.rank IS NOT NULL" for place in others)]
    after, more = _after(cursor, "rank, created_at, ticket_id")
    sql = f"""
        WITH rarest AS MATERIALIZED ({_ranks(question.terms[first], values, visible)}),
        placed AS (
            SELECT ticket_id, created_at, {rank if question.order == "best" else BY_PIECES} AS rank
            FROM rarest JOIN tickets USING (ticket_id){joined} WHERE {" AND ".join(there)}),
        page AS (
            SELECT *, count(*) OVER () AS alike FROM placed {f"WHERE {after}" if after else ""}
            ORDER BY rank DESC, created_at DESC, ticket_id DESC LIMIT :most)
        SELECT tickets.*, ticket_id AS id, page.rank, page.alike FROM page JOIN tickets USING (ticket_id)
        ORDER BY page.rank DESC, page.created_at DESC, ticket_id DESC
        """  # noqa: S608
    return sql, values | more


def walked(question: SearchQuestion, cursor: SearchCursor | None) -> tuple[str, Values]:
    """Those that fit, the newest first: each ticket is asked whether it has all terms."""
    conditions, values = _about_tickets(question)
    visible = _visible(question.searchable.seen, values)
    after, more = _after(cursor, f"{BY_PIECES}, created_at, ticket_id")
    # OFFSET keeps the planner from looking up all that has a term.
    has = (f"EXISTS ({_having(term.widest_query, values, visible)} OFFSET 0)" for term in question.terms)
    where = " AND ".join([*conditions, *([after] if after else []), *has])
    sql = f"""
        SELECT *, ticket_id AS id, {BY_PIECES} AS rank, CAST(NULL AS int) AS alike FROM tickets
        WHERE {where} ORDER BY created_at DESC, ticket_id DESC LIMIT :most
        """  # noqa: S608
    return sql, values | more


def _about_tickets(question: SearchQuestion) -> tuple[list[str], Values]:
    conditions, values = conditions_of(question.filters)
    net = either(one.net for one in question.searchable.seen)
    return [*conditions, condition(net, values)], values


def _after(cursor: SearchCursor | None, place: str) -> tuple[str, Values]:
    if cursor is None:
        return "", {}
    values = {"after_rank": cursor.rank, "after_at": cursor.created_at, "after_id": cursor.id}
    return f"({place}) < (CAST(:after_rank AS int), :after_at, :after_id)", values


def _ranks(term: Term, values: Values, visible: str, *, alone: bool = False) -> str:
    """Tickets that have a term, each with the rank of the best text that has it; `alone`: of the ticket at hand."""
    title = f"CASE WHEN part.field = ANY(CAST(:titles AS text[])) THEN {BY_TITLE} ELSE {BY_TEXT} END"
    parts = [_having(term.query, values, visible, f"part.ticket_id, {title} AS rank", alone=alone)]
    if term.loose_query:
        columns = f"part.ticket_id, {BY_PIECES} AS rank"
        parts.append(_having(term.loose_query, values, visible, columns, alone=alone))
    every = f"({' UNION ALL '.join(parts)}) AS part"
    if alone:
        return f"SELECT max(rank) AS rank FROM {every}"  # noqa: S608
    return f"SELECT ticket_id, max(rank) AS rank FROM {every} GROUP BY ticket_id"  # noqa: S608


def _having(query: str, values: Values, visible: str, columns: str = "", *, alone: bool = True) -> str:
    name = f"query_{len(values)}"
    values[name] = query
    here = "part.ticket_id = tickets.ticket_id AND " if alone else ""
    return (
        f"SELECT {columns} FROM search_parts AS part"  # noqa: S608
        f" WHERE {here}part.words @@ CAST(:{name} AS tsquery) AND {visible}"
    )


def _visible(seen: Sequence[Seen], values: Values) -> str:
    """Whether `part` may be seen. Where all roles show the same fields, it is the ticket alone that matters."""
    by_fields: dict[Shown, list[Seen]] = {}
    for one in seen:
        by_fields.setdefault(one.shown, []).append(one)
    if len(by_fields) == 1:
        return _field(seen[0].shown, values)
    return f"({' OR '.join(_on_tickets(shown, alike, values) for shown, alike in by_fields.items()) or 'false'})"


def _on_tickets(shown: Shown, seen: Sequence[Seen], values: Values) -> str:
    net = condition(either(one.net for one in seen), values)
    there = f"SELECT FROM tickets AS its WHERE its.ticket_id = part.ticket_id AND {net}"
    # OFFSET: asked of each text that was found, not of all tickets beforehand.
    return f"({_field(shown, values)} AND EXISTS ({there} OFFSET 0))"


def _field(shown: Shown, values: Values) -> str:
    named, hidden = f"named_{len(values)}", f"hidden_{len(values)}"
    values[named] = sorted(shown.named)
    by_name = f"part.field = ANY(CAST(:{named} AS text[]))"
    if not shown.others:
        return by_name
    values[hidden] = sorted(shown.hidden)
    return f"({by_name} OR (part.field LIKE 'fields.%' AND part.field <> ALL(CAST(:{hidden} AS text[]))))"
