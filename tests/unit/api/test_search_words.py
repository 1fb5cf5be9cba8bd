"""Texts as words, and searches as terms: what the index lets through, and what is found."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.api.domain.terms import MOST_TERMS, MOST_WORDS, Term, terms_of
from gongdan.api.domain.words import LONGEST, folded, words_of, words_of_phone
from gongdan.shared.errors import FixInput

WORDS: list[tuple[str, set[str]]] = [
    ("三楼打印机", {"三楼", "楼打", "打印", "印机", "机"}),
    ("A4纸", {"a4", "纸"}),
    ("打印\n机", {"打印", "印机", "机"}),
    ("打印，机", {"打印", "印", "机"}),
    ("Refunds, REFUNDS!", {"refunds"}),
    ("ＡＢ１２ Ｃafé", {"ab12", "cafe"}),
    ("cafe\u0301 Straße", {"cafe", "strasse"}),
    ("error_code li.wei@example.com", {"error", "code", "li", "wei", "example", "com"}),
    ("がす", {"がす", "す"}),
    ("電腦壞了 Ａ", {"电脑", "脑坏", "坏了", "了", "a"}),
    ("Привет Ёж", {"привет", "ёж"}),
    ("x" * 100, {"x" * LONGEST}),
    ("\x00 —", set()),
]


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_the_words_of_a_text(text: str, expected: set[str]) -> None:
    assert words_of(text) == expected


def test_a_telephone_number_is_known_by_all_its_ends() -> None:
    assert words_of_phone("+86 138") == {"86138", "6138"}


FOUND: list[tuple[str, str, str]] = [
    ("打印机", "三楼打印机卡纸了", "打印机"),
    ("打印机卡纸", "打印机又卡纸了", "打印机|卡纸"),
    ("打印机卡纸", "卡纸打印", ""),
    ("人工智能", "人工客服", ""),
    ("“打印机卡纸”", "打印机又卡纸了", ""),
    ("打印机", "打 印\n机", "打 印\n机"),
    ("打印机", "打印新机", ""),
    ("電腦", "我的电脑", "电脑"),
    ("打印机", "列印機與打印機", "打印机"),
    ("refund", "two refunds, prerefund", "refund"),
    ("refunds", "a refund", "refund"),
    ("addresses", "one address", "address"),
    ("company", "companies", "companies"),
    ("companies", "company", "company"),
    ("status", "statu", ""),
    ("it", "it items", "it"),
    ('"paper jam"', "paper-jam, paper jams", "paper-jam"),
    ("paper-jam", "paper jams", "paper jam"),
    ("li.wei@exa", "li.wei@example.com", "li.wei@exa"),
    ("A4纸", "用A4 纸", "a4 纸"),
    ("a4纸", "a42纸", ""),
    ("ＧＤ－１", "see gd-1", "gd-1"),
    ("1024", "gd-1024", "1024"),
]


@pytest.mark.parametrize(("search", "text", "expected"), FOUND)
def test_where_a_term_is_found(search: str, text: str, expected: str) -> None:
    (term,) = terms_of(search)
    compared = folded(text)
    assert "|".join(compared[start:end] for start, end in term.spans(compared)) == expected


@pytest.mark.parametrize("search", ["13800138000", "138-0013-8000", "+86 138 0013 8000", "0013800"])
def test_a_telephone_number_is_found_by_its_digits(search: str) -> None:
    (term,) = terms_of(search)
    assert term.in_phone("+8613800138000")
    assert asks_for(term, words_of_phone("+8613800138000"))


@pytest.mark.parametrize(
    ("search", "problem"),
    [
        ("", "has no letter and no digit"),
        ("“，” -- _", "has no letter and no digit"),
        (" ".join(f"w{n}" for n in range(MOST_TERMS + 1)), f"has {MOST_TERMS + 1} terms"),
        ("字" * (MOST_WORDS + 2), "is too long"),
    ],
)
def test_what_cannot_be_searched_for_is_refused_with_a_cure(search: str, problem: str) -> None:
    with pytest.raises(FixInput) as refused:
        terms_of(search)
    (complaint,) = refused.value.complaints
    assert (complaint.field, complaint.problem) == ("q", problem)
    assert complaint.cure


TEXTS = st.text(st.sampled_from('打印机卡纸 aAbs1４é_-,。\n"“”+()ßﬁ々ア한'), max_size=30)


@given(text=TEXTS, search=TEXTS)
def test_the_index_lets_through_all_that_is_found(text: str, search: str) -> None:
    try:
        terms = terms_of(search)
    except FixInput:
        return
    for term in terms:
        assert not term.spans(folded(text)) or asks_for(term, words_of(text)), term


@given(text=st.text(st.sampled_from("打印机卡纸的 a1。\n"), min_size=2, max_size=30), data=st.data())
def test_any_part_of_a_run_of_characters_is_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    part = text[start : data.draw(st.integers(start + 1, len(text)))]
    if part.isalpha() and not part.isascii():
        for term in terms_of(part):
            assert term.spans(folded(text)), part


@given(search=st.text(max_size=200))
def test_anything_is_either_refused_or_makes_terms(search: str) -> None:
    try:
        terms = terms_of(search)
    except FixInput:
        return
    for term in terms:
        asks_for(term, set())
        term.spans(folded(search))


def asks_for(term: Term, words: set[str]) -> bool:
    """What PostgreSQL would say of the term's tsquery and a text of these words."""
    asked = Asked(term.widest_query, words)
    found = asked.either()
    assert not asked.rest
    return found


@dataclass
class Asked:
    """Reads a tsquery: `'word'`, `'beginning':*`, `&`, `|` and parentheses."""

    rest: str
    words: set[str]

    def either(self) -> bool:
        """One of several."""
        found = self.both()
        while self.took(" | "):
            found = self.both() or found
        return found

    def both(self) -> bool:
        """All of several."""
        found = self.one()
        while self.took(" & "):
            found = self.one() and found
        return found

    def one(self) -> bool:
        """A word, or what is in parentheses."""
        if self.took("("):
            found = self.either()
            assert self.took(")")
            return found
        _, word, self.rest = self.rest.split("'", 2)
        return any(one.startswith(word) for one in self.words) if self.took(":*") else word in self.words

    def took(self, sign: str) -> bool:
        """Whether this comes next."""
        found = self.rest.startswith(sign)
        self.rest = self.rest.removeprefix(sign)
        return found
