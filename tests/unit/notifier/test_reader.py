"""In which language a mail is written, and by which clock: the reader's own, else the workspace's."""

from typing import Any

import pytest

from gongdan.notifier.domain.audience import audience
from gongdan.notifier.domain.compose import compose, compose_mail
from gongdan.notifier.domain.folding import fold
from gongdan.notifier.domain.live import LiveEvent
from gongdan.notifier.domain.message import Mail
from gongdan.notifier.domain.thread import Thread
from gongdan.shared.contracts.base import Contract
from gongdan.shared.definitions.registry import Definition
from tests.unit.notifier.given import (
    NOON,
    OWN,
    TICKET,
    assigned,
    breached,
    catalog,
    definition,
    desk,
    event,
    opened,
    warned,
)
from tests.unit.notifier.test_escalation import reached

THREAD = Thread(TICKET, "Printer")


def worker(**own: Any) -> Definition:
    """The agent, with a language or a time zone of their own."""
    return definition("Agent", "worker", display="Worker", email="Worker@gongdan.example", **own)


def mail_to_worker(data: Contract, agent: Definition, locale: str = "en") -> Mail:
    """What the agent gets to read in a workspace of this language."""
    wants = audience(LiveEvent(event(data)), catalog(agent, locale=locale), OWN)
    (want,) = [one for one in wants if one.channel == "email"]
    return compose_mail(want, THREAD, desk(agent, locale=locale), NOON)


NOTICES = [
    assigned(assignee="worker"), warned(assignee="worker"), breached(assignee="worker"),
    reached("assignee"), reached({"team": "field"}, team="field", assignee=None),
]  # fmt: skip


@pytest.mark.parametrize("data", NOTICES, ids=lambda data: type(data).__name__)
@pytest.mark.parametrize(("own", "workspace"), [("zh", "en"), ("en", "zh")])
def test_agents_read_in_their_own_language(data: Contract, own: str, workspace: str) -> None:
    assert mail_to_worker(data, worker(locale=own, teams=["field"]), workspace).language == own
    assert mail_to_worker(data, worker(teams=["field"]), workspace).language == workspace


def test_a_deadline_is_told_by_the_readers_clock() -> None:
    there = mail_to_worker(breached(assignee="worker", due_at=NOON), worker(timezone="Asia/Shanghai"))
    here = mail_to_worker(breached(assignee="worker", due_at=NOON), worker())
    assert "2026-03-02 20:00 Asia/Shanghai" in there.text
    assert "2026-03-02 12:00 UTC" in here.text


@pytest.mark.parametrize(("own", "line"), [("zh", "优先级：高"), ("en", "Priority:  high")])
def test_a_priority_has_a_name_in_each_language(own: str, line: str) -> None:
    assert line in mail_to_worker(assigned(assignee="worker"), worker(locale=own)).text


def test_an_assignee_whom_nobody_defines_any_more_is_called_by_name() -> None:
    data = reached("lead", assignee="gone", team="field")
    team = definition("Team", "field", lead="worker")
    (want,) = audience(LiveEvent(event(data)), catalog(worker(), team), OWN)
    assert "gone" in compose_mail(want, THREAD, desk(worker(), team), NOON).text


def test_the_one_mail_for_many_late_notices_is_in_the_agents_language_too() -> None:
    agent = worker(locale="zh", timezone="Asia/Shanghai")
    late = [breached(assignee="worker", due_at=NOON, late_detected=True), warned(assignee="worker", late_detected=True)]
    wants = [one for data in late for one in audience(LiveEvent(event(data)), catalog(agent), OWN)]
    summary = fold([one for one in wants if one.channel == "email"])[0]
    mail = Mail.model_validate_json(compose(summary, THREAD, desk(agent), NOON).content)
    assert mail.language == "zh"
    assert "2026-03-02 20:00 Asia/Shanghai" in mail.text


def test_whom_no_definition_names_reads_as_the_workspace_does() -> None:
    data = reached({"email": "worker@gongdan.example"})
    assert mail_to_worker(data, worker(locale="zh")).language == "en"
    (want,) = audience(LiveEvent(event(assigned(assignee="worker"))), catalog(worker(locale="zh")), OWN)
    assert compose_mail(want, THREAD, desk(), NOON).language == "en"


def test_an_agents_language_is_not_that_of_their_mails_to_customers() -> None:
    agent = worker(locale="zh")
    (want,) = audience(LiveEvent(event(opened())), catalog(agent), OWN)
    assert compose_mail(want, THREAD, desk(agent), NOON).language == "en"
