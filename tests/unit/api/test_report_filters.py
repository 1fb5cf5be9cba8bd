"""Filters as definitions write them mean the filters of the ticket list, or are refused."""

from typing import Any

import pytest

from gongdan.api.domain.reports.filters import filters_of
from gongdan.shared.errors import FixInput

WRITTEN: list[tuple[str | None, dict[str, Any]]] = [
    (None, {}),
    ("status:open", {"status_category": ["new", "open", "waiting"]}),
    ("status:waiting,new tag:alert", {"status_category": ["waiting", "new"], "tag": ["alert"]}),
    ("status_category:open", {"status_category": ["open"]}),
    ("status:on_site", {"status": ["on_site"]}),
    ('team:"second line",- priority:high', {"team": ["second line", "-"], "priority": ["high"]}),
    ("printer 打印机", {"q": "printer 打印机"}),
    ('"on fire" assignee:li.wei', {"q": "on fire", "assignee": ["li.wei"]}),
    ("requester:a@example.com", {"requester": "a@example.com"}),
    ("tag:a tag:b", {"tag": ["a", "b"]}),
    ("snoozed:false", {"snoozed": False}),
]


@pytest.mark.parametrize(("text", "expected"), WRITTEN)
def test_what_is_written_means_what_the_list_would_show(text: str | None, expected: dict[str, Any]) -> None:
    assert filters_of(text).model_dump(exclude_defaults=True) == expected


def test_a_workspaces_own_filter_never_leaves_it() -> None:
    assert filters_of("workspace:other", "support").workspace == ["support"]
    assert filters_of("workspace:other").workspace == ["other"]


@pytest.mark.parametrize("text", ["colour:red", "priority:enormous", "requester:a,b", "q:x", "limit:3"])
def test_what_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(FixInput) as refused:
        filters_of(text)
    assert refused.value.complaints[0].field == "filter"
