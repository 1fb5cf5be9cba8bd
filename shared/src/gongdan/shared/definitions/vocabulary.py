"""Words that several kinds use: the events that can be waited for, the kinds, the ways to tell somebody.

The glossary's words, spelt the same here, in the contracts and on the screens.
"""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, StringConstraints

EventName = Literal[
    "TicketOpened", "MessageAdded", "TicketClassified", "PriorityChanged", "TicketAssigned", "TicketReleased",
    "TicketTransferred", "StatusChanged", "FieldsChanged", "TagsChanged", "WatchersChanged", "TicketSnoozed",
    "TicketWoken", "TicketReminded", "ProcessRequested",
    "TicketsMerged", "TicketsUnmerged", "TicketSplit", "TicketLinked", "MessageRedacted", "PersonalDataErased",
    "RuleFired", "ProcessStarted", "TaskOpened", "TaskCompleted", "ApprovalRequested", "ApprovalDecided",
    "ApproverAdded", "ProcessSentBack", "ProcessEnded", "SurveyRequested", "SurveyAnswered", "TicketArchived",
    "ContactCreated", "ContactChanged", "ContactsMerged", "IncidentOpened",
    "ClockStarted", "ClockPaused", "ClockResumed", "ClockRetargeted", "ClockMet", "ClockCancelled",
    "DeadlineWarned", "DeadlineBreached", "EscalationReached", "TimerFired",
    "DeliveryQueued", "DeliverySent", "DeliveryDelivered", "DeliveryBounced", "DeliveryFailed",
    "DeliverySuppressed", "EndpointDisabled", "EndpointRecovered",
]  # fmt: skip

KindName = Literal[
    "Workspace", "Mailbox", "Source", "Form", "Category", "Organisation", "Team", "Agent", "Role", "RoutingRule",
    "Automation", "Workflow", "Process", "SlaPolicy", "Calendar", "NotificationRule", "Channel", "Template", "Survey",
    "Article", "Dashboard", "Report",
]  # fmt: skip

Locale = Literal["zh", "en"]
Way = Literal["email", "in_app", "sms", "dingtalk", "wecom", "feishu", "slack", "webhook"]
TIMEZONE = r"^(UTC|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+){1,2})$"


def _is_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, LookupError, ValueError) as error:
        raise ValueError("there is no such time zone; write an IANA name, for instance Asia/Shanghai") from error
    return name


Timezone = Annotated[str, StringConstraints(pattern=TIMEZONE, max_length=64), AfterValidator(_is_timezone)]
COUNTRY = r"^[A-Z]{2}$"
Country = Annotated[str, StringConstraints(pattern=COUNTRY)]
Measure = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Dimension = Annotated[str, StringConstraints(pattern=r"^[a-z][A-Za-z0-9_.]{0,62}$")]
