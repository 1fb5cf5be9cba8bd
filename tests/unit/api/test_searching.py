"""Which texts of a ticket are searched, and what is shown of those that have what was looked for."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.api.domain.option_titles import NO_TITLES, option_titles
from gongdan.api.domain.searching import MOST_SNIPPETS, Text, found_in, own_texts
from gongdan.api.domain.terms import terms_of
from gongdan.api.domain.views import Snippet, Ticket
from gongdan.shared.contracts.messages import Person
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.errors import FixInput
from tests.kit.whole_story import WholeStory
from tests.unit.shared.access.given import definition

PROPERTIES = {
    "fault": {
        "type": "string",
        "enum": ["leak", "noise"],
        "x-i18n": {"zh": {"options": {"leak": "漏水"}}, "en": {"options": {"leak": "It leaks"}}},
    },
    "wants": {
        "type": "array",
        "items": {"type": "string", "enum": ["phone"]},
        "x-i18n": {"zh": {"options": {"phone": "手机"}}},
    },
    "part": {
        "type": "string",
        "x-tree": [{"value": "hardware", "zh": "硬件", "children": [{"value": "toner", "zh": "硒鼓", "en": "Toner"}]}],
    },
}
FORM = definition("Form", "repair", {"schema": {"type": "object", "properties": PROPERTIES}}, "support")
CATALOG = catalog_of(1, [FORM])
ANSWERS = {"fault": "leak", "wants": ["phone"], "part": "hardware/toner"}


def ticket(**changes: Any) -> Ticket:
    """A ticket as the read models have it."""
    return Ticket.model_validate(WholeStory(1).snapshot(1).model_dump() | changes)


def shown(search: str, *texts: str) -> list[str]:
    """Snippets as one line each, what was found in brackets."""
    return [line(one) for one in found_in(terms_of(search), [Text("messages", text) for text in texts])]


def line(snippet: Snippet) -> str:
    """A snippet as text."""
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in snippet.pieces)


def test_a_ticket_is_searched_by_number_subject_requester_and_answers() -> None:
    answers = {"device": "HP", "count": 3, "urgent": True, "none": None, "parts": [{"name": "硒鼓"}, "纸"]}
    asks = Person(name="李伟", email="li.wei@example.com", phone="+8613800138000", id="42")
    said = [(text.field, text.text, text.is_phone) for text in own_texts(ticket(requester=asks, fields=answers))]
    assert said == [
        ("number", "GD-1", False),
        ("subject", "The printer is on fire", False),
        ("requester", "李伟", False),
        ("requester", "li.wei@example.com", False),
        ("requester", "+8613800138000", True),
        ("requester", "42", False),
        ("fields.device", "HP", False),
        ("fields.count", "3", False),
        ("fields.parts", "硒鼓", False),
        ("fields.parts", "纸", False),
    ]


def test_an_answer_is_found_by_what_people_call_it_and_by_the_branches_it_is_on() -> None:
    found = [(text.field, text.text) for text in own_texts(ticket(fields=ANSWERS), option_titles(CATALOG))]
    assert found[-9:] == [
        ("fields.fault", "leak"),
        ("fields.fault", "漏水"),
        ("fields.fault", "It leaks"),
        ("fields.wants", "phone"),
        ("fields.wants", "手机"),
        ("fields.part", "hardware/toner"),
        ("fields.part", "硬件"),
        ("fields.part", "硒鼓"),
        ("fields.part", "Toner"),
    ]


def test_titles_are_those_of_the_tickets_own_workspace_and_of_forms_that_all_share() -> None:
    titles = option_titles(CATALOG)
    assert list(titles.of("it", "fault", "leak")) == []
    assert list(titles.of("support", "fault", "strange")) == []
    assert titles.digest
    assert option_titles(catalog_of(1, ())) == NO_TITLES


def test_what_was_redacted_is_not_searched() -> None:
    blank = ticket().model_copy(update={"subject": None, "requester": None, "fields": {}})
    assert [text.field for text in own_texts(blank)] == ["number"]


@pytest.mark.parametrize(
    ("search", "texts", "expected"),
    [
        ("打印机", ["三楼打印机卡纸了"], ["三楼[打印机]卡纸了"]),
        ("打印机卡纸", ["打印机又卡纸"], ["[打印机]又[卡纸]"]),
        ("paper jam", ["jam", "paper"], ["[jam]", "[paper]"]),
        ("paper jam", ["paper jam", "jam"], ["[paper] [jam]"]),
        ("paper jam", ["paper"], []),
        ("打印 印机", ["打印机"], ["[打印机]"]),
        ("strasse", ["Die Straße"], ["Die [Straße]"]),
        ("fi", ["ﬁ ﬁ"], ["[ﬁ] [ﬁ]"]),
        ("cafe", ["Un cafe\u0301 noir"], ["Un [café] noir"]),
        ("a b", ["a\n\n  b"], ["[a] [b]"]),
        ("one two three four", ["one", "two", "three", "four"], ["[one]", "[two]", "[three]"]),
    ],
)
def test_snippets_mark_what_was_found(search: str, texts: list[str], expected: list[str]) -> None:
    assert shown(search, *texts) == expected


def test_a_snippet_of_a_long_text_begins_shortly_before_what_was_found() -> None:
    (snippet,) = shown("needle", f"{'hay ' * 100}needle{' hay' * 100}")
    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert snippet.index("[needle]") < 40
    assert len(snippet) < 160


CHARACTERS = st.text(st.sampled_from('打印机卡 aAbß1ﬁé\u0301İ-,。\n"+'), max_size=60)


@given(search=CHARACTERS, texts=st.lists(CHARACTERS, max_size=4))
def test_a_snippet_is_part_of_its_text_with_something_found_in_it(search: str, texts: list[str]) -> None:
    try:
        terms = terms_of(search)
    except FixInput:
        return
    snippets = found_in(terms, [Text("messages", text) for text in texts])
    assert len(snippets) <= MOST_SNIPPETS
    for snippet in snippets:
        assert any(piece.hit and piece.text for piece in snippet.pieces)
        assert all(piece.text for piece in snippet.pieces)
