"""Workspace: a department or scenario with its own numbers, forms, workflow and defaults.

Customer service, IT, facilities, projects: each is one workspace. What it names is used for its tickets unless a rule
says otherwise. Limits: the prefix of numbers should not change once tickets have it; two workspaces should not share
one.

Example:

    kind: Workspace
    metadata: {name: maintenance, title: {zh: 设备维保, en: Equipment maintenance}}
    spec:
      number_prefix: WB
      default_locale: zh
      timezone: Asia/Shanghai
      phone_region: CN
      team: dispatch
      form: repair
      workflow: repair
      calendar: office
      reopen: {within: 7d, then: new_linked}
      auto_close: {after: 7d}
      follow_up: {after: 2 working days, then: remind_requester, most: 2}
"""

from typing import ClassVar, Literal

from pydantic import Field

from gongdan.shared.definitions.base import Email, Kind, Scope, Strict
from gongdan.shared.definitions.names import CalendarName, CategoryName, FormName, SurveyName, TeamName, WorkflowName
from gongdan.shared.definitions.spans import Duration, Span, SpanValue, parse_duration
from gongdan.shared.definitions.vocabulary import Country, Locale, Timezone


class Reopen(Strict):
    """What a requester's message to a resolved ticket does. What is closed stays closed: there it opens a new one."""

    within: Duration = Field(
        default=parse_duration("7d"),
        description="For so long after the last change of a resolved ticket a message opens it again.",
    )
    then: Literal["new_linked", "new", "reopen"] = Field(
        default="new_linked",
        description="What a later message does: a new ticket, linked or not, or open it all the same.",
    )
    thanks: Literal["stay", "reopen"] = Field(
        default="stay", description="What a reply to a resolved ticket does that says thanks and nothing else."
    )


class AutoClose(Strict):
    """When a resolved ticket closes by itself."""

    after: Span = Field(
        default=SpanValue(parse_duration("7d")), description="Resolved for so long, without a message since."
    )
    calendar: CalendarName | None = Field(
        default=None, description="The Calendar that it is counted by; else round the clock, working days by ours."
    )


class FollowUp(Strict):
    """What happens to a ticket that waits for its requester."""

    after: Span = Field(
        default=SpanValue(parse_duration("3d")), description="Waiting for so long, without a message since."
    )
    calendar: CalendarName | None = Field(
        default=None, description="The Calendar that it is counted by; else round the clock, working days by ours."
    )
    then: Literal["remind_requester", "remind_assignee", "reopen"] = Field(
        default="remind_assignee", description="Remind the requester or the assignee of it, or open it again."
    )
    most: int = Field(default=1, ge=1, le=10, description="How often to remind while nobody writes.")


class Files(Strict):
    """Bounds on the files of form submissions. Those of the installation hold beside them."""

    most: int = Field(default=20, ge=0, le=20, description="Files in one submission.")
    bytes: int = Field(default=25 * 1024 * 1024, ge=1024, le=25 * 1024 * 1024, description="Bytes of one file.")


class Workspace(Kind):
    """`spec` of kind Workspace. `team` gets what no rule gives to another team."""

    belongs: ClassVar[Scope] = Scope.NEVER

    number_prefix: str = Field(
        default="GD", pattern=r"^[A-Z]{1,8}$", description="What ticket numbers begin with: GD gives GD-1024."
    )
    default_locale: Locale = Field(default="en", description="The language for people whose own is not known.")
    timezone: Timezone = Field(default="UTC", description="IANA time zone for days and hours shown and reported.")
    phone_region: Country | None = Field(default=None, description="The country of phone numbers without a prefix.")
    address: Email | None = Field(default=None, description="The mail address customers write to.")
    plus_addresses: bool = Field(
        default=True,
        description="Whether mail to user+anything of that address arrives, too; of a Mailbox's address it says so.",
    )
    team: TeamName | None = Field(default=None, description="The Team that gets what no rule gives to another.")
    form: FormName | None = Field(default=None, description="The Form that the portal offers first.")
    workflow: WorkflowName | None = Field(default=None, description="The Workflow its tickets follow.")
    calendar: CalendarName | None = Field(default=None, description="The Calendar where nothing nearer names one.")
    category: CategoryName | None = Field(default=None, description="The Category of what no rule classifies.")
    survey: SurveyName | None = Field(default=None, description="The Survey sent where an automation names none.")
    files: Files = Field(default=Files(), description="Bounds on the files of form submissions.")
    reopen: Reopen = Field(default=Reopen(), description="What messages to resolved tickets do.")
    auto_close: AutoClose | None = Field(
        default=None, description="When resolved tickets close by themselves; without it, they do not."
    )
    follow_up: FollowUp | None = Field(
        default=None, description="What happens to tickets that wait for long; without it, nothing."
    )
