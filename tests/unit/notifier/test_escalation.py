"""Whom a level of escalation reaches, and in which words."""

from typing import Any

import pytest

from gongdan.notifier.domain.audience import audience
from gongdan.notifier.domain.compose import compose_mail
from gongdan.notifier.domain.live import LiveEvent
from gongdan.notifier.domain.plan import wanted
from gongdan.notifier.domain.thread import Thread
from gongdan.shared.contracts.sla import EscalationReached
from gongdan.shared.definitions.registry import check
from tests.unit.notifier.given import NOON, OWN, TICKET, breached, catalog, channel, clock, definition, desk, event

ROBOT = {"kind": "dingtalk_robot", "secretRef": "env:CHAT"}
# NOON is on the second day: the turn of who is away, so of the one after.
ROTA = {"rota": ["worker", "away", "chief"], "first": "2026-03-01", "days": 1}
PEOPLE = (
    definition("Agent", "worker", display="Worker", email="Worker@gongdan.example", manager="boss", teams=["field"]),
    definition("Agent", "boss", display="Boss", email="boss@gongdan.example", manager="chief", roles=["duty"]),
    definition("Agent", "chief", display="Chief", email="chief@gongdan.example"),
    definition("Agent", "away", display="Away", email="away@gongdan.example", active=False, teams=["field"]),
    definition("Role", "duty", actions=["Reply"]),
    definition("Team", "field", members=["first"], lead="boss", on_call=ROTA),
    channel("ops"),
    check({"kind": "Channel", "metadata": {"name": "chat"}, "spec": ROBOT}, 1),
)


def reached(*notify: Any, **changes: object) -> EscalationReached:
    """Level 2 of a ticket that somebody of team field works on."""
    usual = clock() | {"level": 2, "notify": notify, "assignee": "worker", "team": "field"}
    return EscalationReached.model_validate(usual | changes)


def told(*notify: Any, **changes: object) -> list[tuple[str, str, str | None]]:
    """Channel, recipient and suppression of each want."""
    live = LiveEvent(event(reached(*notify, **changes)))
    return [(want.channel, want.recipient, want.suppressed) for want in audience(live, catalog(*PEOPLE), OWN)]


@pytest.mark.parametrize(
    ("notify", "expected"),
    [
        ("assignee", ["worker@gongdan.example"]),
        ("lead", ["boss@gongdan.example"]),
        ("chief", ["chief@gongdan.example"]),
        ({"manager_level": 1}, ["boss@gongdan.example"]),
        ({"manager_level": 2}, ["chief@gongdan.example"]),
        ({"manager_level": 9}, ["chief@gongdan.example"]),
        ({"manager_of": "assignee", "level": 2}, ["chief@gongdan.example"]),
        ({"manager_of": "boss"}, ["chief@gongdan.example"]),
        ({"team": "field"}, ["first@gongdan.example", "worker@gongdan.example"]),
        ("on_call", ["chief@gongdan.example"]),
        ({"on_call": "field"}, ["chief@gongdan.example"]),
        ({"on_call": "nowhere"}, []),
        ({"role": "duty"}, ["boss@gongdan.example"]),
        ({"email": "Duty@example.com"}, ["duty@example.com"]),
        ("away", []),
        ("nobody", []),
        ({"team": "nowhere"}, []),
        ({"manager_of": "chief"}, []),
    ],
)
def test_each_kind_of_recipient_is_found(notify: Any, expected: list[str]) -> None:
    assert told(notify) == [("email", address, None) for address in expected]


def test_whoever_is_named_twice_is_told_once() -> None:
    assert told("lead", {"manager_level": 1}, "boss") == [("email", "boss@gongdan.example", None)]


def test_without_an_assignee_only_the_others_are_told() -> None:
    assert told("assignee", {"manager_level": 1}, "lead", assignee=None) == [("email", "boss@gongdan.example", None)]


def test_a_webhook_is_told_and_a_robot_is_on_record_as_not_told() -> None:
    assert told({"channel": "ops"}, {"channel": "chat"}, {"channel": "none"}) == [
        ("webhook", "ops", None),
        ("webhook", "chat", "not-sendable"),
    ]


@pytest.mark.parametrize(("locale", "word"), [("en", "level 2"), ("zh", "第 2 级")])
def test_the_mail_says_which_level_whose_ticket_and_since_when(locale: str, word: str) -> None:
    live = LiveEvent(event(reached("lead")))
    (want,) = audience(live, catalog(*PEOPLE), OWN)
    mail = compose_mail(want, Thread(TICKET, subject="Printer"), desk(*PEOPLE, locale=locale), NOON)
    assert word in mail.subject
    assert "Worker" in mail.text


def mails(*notify: str) -> list[tuple[str, str]]:
    """Purpose and recipient of the mails about a breach and its escalation, heard of together."""
    events = [event(breached(assignee="worker", team="field")), event(reached(*notify))]
    wants = wanted(events, catalog(*PEOPLE), OWN)
    return [(want.purpose, want.recipient) for want in wants if want.channel == "email"]


def test_whoever_hears_of_the_escalation_is_not_told_of_the_breach_as_well() -> None:
    worker, boss = "worker@gongdan.example", "boss@gongdan.example"
    assert mails("lead") == [("breach", worker), ("escalation", boss)]
    assert mails("assignee", "lead") == [("escalation", worker), ("escalation", boss)]
