"""Filters as definitions write them: `status:open tag:alert printer` means what one would type into a search box.

A word with a colon is a filter of the ticket list; several values are given by commas, `-` means none, and a value
with spaces stands in double quotes. All other words are looked for, as they stand, in subjects. `status:` takes the
categories of states (new, waiting, resolved, closed) as well as names of states; `status:open` is whatever is not
resolved, be it new or waiting. `status_category:` takes a category as it is.
"""

import re
from typing import get_args

from pydantic import ValidationError

from gongdan.api.domain.queries import TicketFilters
from gongdan.api.domain.reports.dimensions import unknown
from gongdan.shared.contracts.tickets import StatusCategory

WORD = re.compile(r'(?P<name>[a-z_]+):(?P<values>(?:"[^"]*"|[^\s"])+)|"(?P<quoted>[^"]*)"|(?P<plain>\S+)')
VALUE = re.compile(r'"([^"]*)"|([^,"]+)')
LISTS = (
    "workspace", "status", "status_category", "priority", "team", "assignee", "category", "tier", "channel", "form",
    "tag",
)  # fmt: skip
UNRESOLVED = ("new", "open", "waiting")
ONCE = ("requester", "snoozed")
CATEGORIES = frozenset(get_args(StatusCategory))


def filters_of(text: str | None, workspace: str | None = None) -> TicketFilters:
    """The filters that a definition's text means; those of a workspace's own definition are about its tickets.

    Raises FixInput for what means nothing.
    """
    given: dict[str, list[str]] = {}
    said: list[str] = []
    for found in WORD.finditer(text or ""):
        if found["name"]:
            _take(given, found["name"], [quoted or plain for quoted, plain in VALUE.findall(found["values"])])
        else:
            said.append(found["quoted"] or found["plain"] or "")
    return _checked(given, " ".join(filter(None, said)), workspace)


def _take(given: dict[str, list[str]], name: str, values: list[str]) -> None:
    if name in ONCE and name not in given and len(values) == 1:
        given[name] = values
    elif name == "status" and CATEGORIES.issuperset(values):
        meant = (one for value in values for one in (UNRESOLVED if value == "open" else (value,)))
        given.setdefault("status_category", []).extend(dict.fromkeys(meant))
    elif name in LISTS:
        given.setdefault(name, []).extend(values)
    else:
        raise unknown("filter", f"{name}: cannot be filtered by", f"one of: {', '.join((*LISTS, *ONCE))}")


def _checked(given: dict[str, list[str]], said: str, workspace: str | None) -> TicketFilters:
    values: dict[str, object] = {**given}
    values |= {name: given[name][0] for name in ONCE if name in given}
    if said:
        values["q"] = said
    if workspace is not None:
        values["workspace"] = [workspace]
    try:
        return TicketFilters.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise unknown("filter", f"{first['loc'][0]}: {first['msg']}", "correct the value") from error
