"""Channel: a place notifier can send to that is not a person: a partner's webhook endpoint, a group chat's robot.

A webhook is told of `events`, each signed as Standard Webhooks prescribe with the secret referred to. A robot says what
rules and escalations send to it; `url` is only needed where the service is not the public one. Secrets are references,
never values: for a robot the reference leads to its token, `signRef` to its signing secret. `budget` is kept by the
sender: what is beyond it is folded together, not lost. Limits: webhooks are sent; of the robots it is only written
down yet who they are.

Example:

    kind: Channel
    metadata: {name: erp, workspace: maintenance, title: {zh: ERP 系统, en: ERP}}
    spec:
      kind: webhook
      url: https://erp.example.com/hooks/tickets
      secretRef: env:ERP_WEBHOOK_SECRET
      events: [TicketOpened, StatusChanged, ProcessEnded]
      budget: {per_minute: 60}
"""

from typing import Literal

from pydantic import Field, model_validator

from gongdan.shared.definitions.base import Kind, SecretRef, Strict
from gongdan.shared.definitions.vocabulary import EventName, Locale

ChannelKind = Literal["webhook", "dingtalk_robot", "wecom_robot", "feishu_robot", "slack", "teams"]


class Budget(Strict):
    """How much the other side takes."""

    per_minute: int = Field(ge=1, le=10_000, description="Messages a minute, at most.")


class Channel(Kind):
    """`spec` of kind Channel."""

    kind: ChannelKind = Field(default="webhook", description="What it is.")
    url: str = Field(
        default="", pattern=r"^(https?://\S+)?$", max_length=2_000, description="Where to; a webhook must have it."
    )
    secret_ref: SecretRef = Field(alias="secretRef", description="Where the webhook's key or the robot's token is.")
    sign_ref: SecretRef | None = Field(default=None, alias="signRef", description="Where a robot's signing secret is.")
    events: list[EventName] = Field(
        default=["DeadlineWarned", "DeadlineBreached"], max_length=100, description="What a webhook is told of."
    )
    allow_private: bool = Field(default=False, description="Whether the url may be in a private network.")
    budget: Budget | None = Field(default=None, description="How much the other side takes.")
    locale: Locale | None = Field(default=None, description="The language of what is said in it.")

    @model_validator(mode="after")
    def _webhook_has_url(self) -> "Channel":
        if self.kind == "webhook" and not self.url:
            raise ValueError("a webhook needs a url")
        return self
