"""After an absence: what was missed reaches each recipient in one mail that lists it, and each notice is on record."""

from datetime import timedelta

import pytest

from gongdan.notifier.domain.audience import Want
from gongdan.notifier.domain.compose import MOST_LISTED, compose
from gongdan.notifier.domain.delivery import queued
from gongdan.notifier.domain.folding import fold, is_late, once_each
from gongdan.notifier.domain.message import Mail
from gongdan.notifier.domain.plan import wanted
from gongdan.notifier.domain.thread import Thread
from gongdan.shared.contracts.deliveries import DeliverySuppressed
from gongdan.shared.contracts.registry import Event
from gongdan.shared.ids import derived_id
from tests.unit.notifier.given import NOON, OWN, breached, catalog, channel, desk, event, opened, warned
from tests.unit.notifier.test_escalation import PEOPLE, reached

FIRST, SECOND = "first@gongdan.example", "second@gongdan.example"


def missed(number: int, assignee: str = "first", late: bool = True) -> Event:
    """A breach of ticket GD-number."""
    of = {"ticket": f"GD-{number}", "ticket_id": derived_id("test-ticket", number)}
    return event(breached(**of, assignee=assignee, late_detected=late), name=str(number))


def heard(*events: Event) -> list[Want]:
    """What comes of late events to those who hear of them by mail, as it is written down."""
    wants = [want for want in wanted(events, catalog(*PEOPLE), OWN) if is_late(want, NOON)]
    people = dict.fromkeys(want.recipient for want in wants)
    return [one for person in people for one in fold([want for want in wants if want.recipient == person])]


def told(*events: Event) -> list[tuple[str, str, str | None]]:
    """Recipient, purpose and suppression of what comes of them."""
    return [(want.recipient, want.purpose, want.suppressed) for want in heard(*events)]


def test_late_notices_to_one_recipient_become_one_and_each_is_on_record() -> None:
    assert told(missed(1), missed(2, "second"), missed(3)) == [
        (FIRST, "late_summary", None),
        (FIRST, "breach", "folded"),
        (FIRST, "breach", "folded"),
        (SECOND, "breach", None),
    ]


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (1, False), (1.1, True), (600, True)])
def test_what_was_said_in_time_is_late_all_the_same_when_it_has_waited_for_us(minutes: float, late: bool) -> None:
    (want,) = (one for one in wanted([missed(1, late=False)], catalog(), OWN) if one.channel == "email")
    assert is_late(want, NOON + timedelta(minutes=minutes)) is late


def test_only_notices_of_deadlines_are_late() -> None:
    wants = wanted([event(opened())], catalog(), OWN)
    assert not any(is_late(want, NOON + timedelta(days=1)) for want in wants)


def test_warnings_and_escalations_that_are_late_go_with_breaches() -> None:
    late = event(warned(assignee="worker", late_detected=True), name="w")
    level = event(reached("assignee", late_detected=True, metric="first_response"), name="e")
    assert [(purpose, why) for _, purpose, why in told(late, level)] == [
        ("late_summary", None),
        ("warning", "folded"),
        ("escalation", "folded"),
    ]


def test_a_breach_is_not_told_beside_its_escalation_though_they_came_apart() -> None:
    wants = [*heard(event(breached(assignee="worker", late_detected=True), name="b")),
             *heard(event(reached("assignee", late_detected=True), name="e"))]  # fmt: skip
    assert [want.purpose for want in once_each(wants)] == ["escalation"]


def test_endpoints_hear_of_each() -> None:
    wants = wanted([missed(1), missed(2)], catalog(channel()), OWN)
    assert [is_late(want, NOON) for want in wants if want.channel == "webhook"] == [False, False]


def test_each_that_is_folded_names_the_delivery_that_says_it() -> None:
    summary, one, _ = (
        compose(want, Thread(want.about.ticket_id), desk(), NOON) for want in heard(missed(1), missed(2))
    )
    said = queued(one).data
    assert isinstance(said, DeliverySuppressed)
    assert (said.reason, said.into, one.content) == ("folded", summary.id, b"")


@pytest.mark.parametrize(("locale", "subject"), [("en", "2 deadlines passed"), ("zh", "有 2 个时限已到")])
def test_the_mail_lists_tickets_with_subject_metric_and_deadline(locale: str, subject: str) -> None:
    mail = summary_of(heard(missed(1), missed(2)), locale)
    assert mail.subject.startswith(subject)
    metric = {"en": "resolution", "zh": "解决"}[locale]
    assert f"[GD-1] Printer 1 · {metric} · 2026-03-02" in mail.text
    assert f"[GD-2] Printer 2 · {metric} · 2026-03-02" in mail.text
    assert (mail.in_reply_to, mail.references, mail.auto) == (None, (), "auto-generated")


def test_the_list_is_bounded_and_says_how_many_are_left() -> None:
    mail = summary_of(heard(*(missed(number) for number in range(1, MOST_LISTED + 8))), "en")
    assert mail.text.count("[GD-") == MOST_LISTED
    assert "… and 7 more" in mail.text


def summary_of(wants: list[Want], locale: str) -> Mail:
    """The mail that says them all."""
    threads = {
        want.about.ticket_id: Thread(want.about.ticket_id, f"Printer {want.about.ticket.removeprefix('GD-')}")
        for want in wants
    }
    made = compose(wants[0], Thread(wants[0].about.ticket_id), desk(locale=locale), NOON, threads)
    return Mail.model_validate_json(made.content)


def test_a_single_late_notice_stays_what_it_is() -> None:
    assert told(missed(1)) == [(FIRST, "breach", None)]
