"""What one field of a definition demands of another, as repairs of random data; the least definition of each kind."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from gongdan.shared.definitions.article import Article
from gongdan.shared.definitions.automation import Trigger
from gongdan.shared.definitions.base import LocalText
from gongdan.shared.definitions.blocks import Approval, Branch, Wait
from gongdan.shared.definitions.calendar import Calendar, Holidays, Override, weekdays
from gongdan.shared.definitions.cards import Pivot
from gongdan.shared.definitions.channel import Channel
from gongdan.shared.definitions.dashboard import NEEDED, Card, Dashboard
from gongdan.shared.definitions.effects import Action
from gongdan.shared.definitions.mailbox import Auth
from gongdan.shared.definitions.on_call import Swap
from gongdan.shared.definitions.process import Process
from gongdan.shared.definitions.report import Report
from gongdan.shared.definitions.sla_policy import SlaPolicy
from gongdan.shared.definitions.source import Sample, Source
from gongdan.shared.definitions.survey import Survey
from gongdan.shared.definitions.template import Template
from gongdan.shared.definitions.verify import Verify
from gongdan.shared.definitions.workflow import Workflow

Raw = dict[str, Any]
WORDS = {"subject": "s", "text": "t"}
PAGE = {"title": "t", "body": "b"}
PIVOT = {"measures": ["created"]}

# What a definition of a kind needs at least, where that is something.
LEAST: dict[str, Raw] = {
    "Agent": {"display": "A"},
    "Article": {"en": PAGE},
    "Automation": {"trigger": {"event": "TicketOpened"}, "then": [{"take": True}]},
    "Calendar": {"timezone": "UTC"},
    "Channel": {"url": "https://example.com", "secretRef": "env:X"},
    "Form": {"schema": {"type": "object"}},
    "Mailbox": {"host": "imap.example.com", "user": "u", "auth": {"secretRef": "env:X"}, "from": "u@example.com"},
    "NotificationRule": {"event": "TicketOpened", "to": ["lead"], "template": "a"},
    "Process": {"flow": [{"id": "a", "type": "task", "who": "assignee"}]},
    "Report": {"pivot": PIVOT},
    "RoutingRule": {"then": []},
    "SlaPolicy": {"targets": {}},
    "Source": {"verify": {"scheme": "hmac", "secretRef": "env:X"}},
    "Survey": {"question": "?"},
    "Template": {"en": WORDS},
    "Workflow": {"states": {"new": {"category": "new"}}},
}


def _one_of(left: str, right: str, instead: object) -> Callable[[Raw], Raw]:
    """Exactly one of two fields; `instead` for the left one where there is neither."""

    def repair(data: Raw) -> Raw:
        if left in data and right in data:
            return {name: value for name, value in data.items() if name != right}
        return data if left in data or right in data else data | {left: instead}

    return repair


def _at_least(name: str, value: object) -> Callable[[Raw], Raw]:
    return lambda data: data or {name: value}


def _trigger(data: Raw) -> Raw:
    one = _one_of("event", "every", "TicketOpened")(data)
    return {"every": one["every"]} if "every" in one else one


def _speaks(words: Raw) -> Callable[[Raw], Raw]:
    return lambda data: data if data.get("zh") or data.get("en") else data | {"en": words}


def _workflow(data: Raw) -> Raw:
    states = list(data["states"])
    ways = {name: way | {"from": states[0], "to": states[-1]} for name, way in data.get("transitions", {}).items()}
    return data | ({"transitions": ways} if ways else {}) | ({"initial": states[0]} if "initial" in data else {})


def _approval(data: Raw) -> Raw:
    kept = {name: value for name, value in data.items() if name != "quorum"}
    votes = {"quorum": 0.5} if data.get("mode") == "vote" else {}
    back = {"on_reject": "end"} if isinstance(data.get("on_reject"), dict) else {}
    return kept | votes | back


def _branch(data: Raw) -> Raw:
    cases = [case for case in data["cases"] if "when" in case]
    return data | {"cases": [*cases, *[case for case in data["cases"] if "else" in case][:1]]}


def _process(data: Raw) -> Raw:
    """Every id once."""
    count = 0

    def renamed(value: Any) -> Any:
        nonlocal count
        if isinstance(value, list):
            return [renamed(item) for item in value]
        if not isinstance(value, dict):
            return value
        found = {
            name: renamed(item) if name in ("flow", "flows", "cases", "else") else item for name, item in value.items()
        }
        if "type" in found and "id" in found:
            count += 1
            found["id"] = f"b{count}"
        return found

    return data | {"flow": renamed(data["flow"])}


def _calendar(data: Raw) -> Raw:
    if not any((data.get("week") or {}).values()):
        return {name: value for name, value in data.items() if name != "week"}
    seen: set[str] = set()
    week = {}
    for days, windows in data["week"].items():
        if seen.isdisjoint(weekdays(days)):
            week[days] = windows
            seen.update(weekdays(days))
    return data | ({"week": week} if any(week.values()) else {"week": None})


def _swap(data: Raw) -> Raw:
    first, last = sorted((data["from"], data["to"]))
    return data | {"from": first, "to": last}


def _override(data: Raw) -> Raw:
    kept = {name: value for name, value in data.items() if name not in ("until", "closed", "open")}
    return kept | ({"open": data["open"]} if data.get("open") else {"closed": True})


def _card(data: Raw) -> Raw:
    needed = NEEDED.get(data["kind"], "measure")
    instead: Raw = {"measures": ["created"], "text": "x", "report": "a", "filter": "x", "measure": "created"}
    return {needed: instead[needed], **data, "at": [0, 0, 6, 2]}


def _dashboard(data: Raw) -> Raw:
    return data | {"cards": [card | {"id": f"c{nth}"} for nth, card in enumerate(data.get("cards", []))]}


def _policy(data: Raw) -> Raw:
    kept = ("ownership",) if data.get("about") == "team" else ("next_response", "resolution", "ownership")
    targets = {name: target for name, target in data["targets"].items() if name in kept}
    return data | {"targets": targets} | ({"milestones": {}} if data.get("about") == "team" else {})


def _survey(data: Raw) -> Raw:
    labels = {point: text for point, text in data.get("labels", {}).items() if 1 <= int(point) <= data.get("scale", 5)}
    return data | ({"labels": labels} if "labels" in data else {})


def _verify(data: Raw) -> Raw:
    """Everything that some scheme needs, and addresses that are some."""
    needed: Raw = {"secretRef": "env:X", "tokenRef": "env:X", "receiver": "r", "user": "u", "topics": ["t"]}
    kept = {name: value for name, value in data.items() if name != "timestamp_header"}
    return needed | kept | {"allowed": ["a"], "from": ["10.0.0.0/8"]}


def _source(data: Raw) -> Raw:
    kept = {name: value for name, value in data.items() if name not in ("kind", "provider")}
    return kept | ({"kind": "mail", "provider": data["provider"]} if data.get("provider") else {})


def _sample(data: Raw) -> Raw:
    return {name: value for name, value in data.items() if name not in ("expect", "messages", "raw")}


REPAIRS: dict[type[BaseModel], Callable[[Raw], Raw]] = {
    Action: _at_least("take", True),
    Approval: _approval,
    Article: _speaks(PAGE),
    Auth: lambda data: data | {"client_id": "a", "provider": "google"},
    Branch: _branch,
    Calendar: _calendar,
    Card: _card,
    Channel: lambda data: data | {"url": "https://example.com"},
    Dashboard: _dashboard,
    LocalText: lambda data: data if any(data.values()) else {"en": "x"},
    Holidays: lambda data: {name: value for name, value in data.items() if name != "subdivision"},
    Override: _override,
    Swap: _swap,
    Pivot: lambda data: data,
    Process: _process,
    Report: _one_of("pivot", "dashboard", PIVOT),
    Sample: _sample,
    SlaPolicy: _policy,
    Source: _source,
    Survey: _survey,
    Template: _speaks(WORDS),
    Trigger: _trigger,
    Verify: _verify,
    Wait: lambda data: data if "for" in data or "until" in data else data | {"for": "1h"},
    Workflow: _workflow,
}
