"""The page's files: both languages complete, nothing from elsewhere, nothing that the policy forbids."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from gongdan.shared.contracts.deliveries import DeliveryPurpose
from gongdan.shared.contracts.messages import PRIORITIES, Channel
from gongdan.shared.contracts.registry import PAYLOADS
from gongdan.shared.contracts.sla import ClockState, Metric
from gongdan.shared.contracts.topics import Topic
from tests.architecture.house import ROOT

WEB = ROOT / "services/api/src/gongdan/api/web"
SCRIPTS = sorted(WEB.glob("js/*.js"))
FILES = sorted(path for path in WEB.rglob("*") if path.is_file())
LONGEST = 350
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def catalogue(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((WEB / f"locales/{language}.json").read_text())
    return found


ZH, EN = catalogue("zh"), catalogue("en")


def places(text: str) -> set[str]:
    """The `{places}` of a text."""
    return set(re.findall(r"\{(\w+)\}", text))


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(ZH) == list(EN)


def test_both_languages_say_the_same_values() -> None:
    assert {key for key in EN if places(EN[key]) != places(ZH[key])} == set()


def test_no_chinese_is_left_in_english() -> None:
    assert {key for key, text in EN.items() if CHINESE.search(text)} == {"language.switch", "language.other"}


def test_every_text_that_the_page_asks_for_exists() -> None:
    code = "".join(path.read_text() for path in SCRIPTS)
    asked = set(re.findall(r'\bt\(\s*(?:[^()"`]*\?\s*)?"([\w.-]+)"', code))
    asked |= set(re.findall(r'data-t(?:-label|-placeholder)?="([\w.-]+)"', (WEB / "index.html").read_text()))
    prefixes = set(re.findall(r"\bt\(`([\w.]+)\.\$\{", code)) | set(re.findall(r'label\("(\w+)"', code))
    assert asked - EN.keys() == set()
    known = {key.rpartition(".")[0] for key in EN}
    assert prefixes - known == set()


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (
            "event",
            [model.__name__ for topic in (Topic.TICKETS, Topic.SLA, Topic.DELIVERIES) for model in PAYLOADS[topic]],
        ),
        ("priority", PRIORITIES),
        ("channel", get_args(Channel)),
        ("metric", get_args(Metric)),
        ("short", get_args(Metric)),
        ("clock", get_args(ClockState)),
        ("purpose", get_args(DeliveryPurpose)),
    ],
)
def test_everything_the_contracts_name_has_a_name_for_people(kind: str, names: list[str]) -> None:
    assert {name for name in names if f"{kind}.{name}" not in EN} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_comes_from_elsewhere(path: Path) -> None:
    found = re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"']*", path.read_text())
    assert [one for one in found if one != "http://www.w3.org/2000/svg"] == []


def test_the_document_has_no_inline_script_or_style() -> None:
    text = (WEB / "index.html").read_text()
    assert re.findall(r"<style|style=|<script(?![^>]*\bsrc=)|\son\w+=", text) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_texts_of_strangers_never_become_markup(path: Path) -> None:
    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", path.read_text())
        == []
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_outgrows_its_subject(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST


def test_every_module_that_the_page_needs_is_fetched_at_once_and_no_other() -> None:
    needed, left = {"main.js"}, ["main.js"]
    while left:
        found = set(re.findall(r'from "\./(\w+\.js)"', (WEB / "js" / left.pop()).read_text()))
        left += found - needed
        needed |= found
    preloaded = re.findall(r'rel="modulepreload" href="/assets/js/(\w+\.js)"', (WEB / "index.html").read_text())
    assert sorted([*preloaded, "main.js"]) == sorted(needed)


def test_a_class_that_a_script_turns_on_and_off_is_not_that_of_another_element() -> None:
    """Else what is due soon gets the looks, and the place, of the button that closes a ticket."""
    code = "".join(path.read_text() for path in (*SCRIPTS, WEB / "index.html"))
    turned = set(re.findall(r'classList\.toggle\("(\w+)"', code))
    given = {name for names in re.findall(r'class(?:: |=)["`]([^"`]*)["`]', code) for name in names.split()}
    assert turned & given == set()
