"""Channel: a place notifier can send to that is not a person: a partner's webhook endpoint."""

from typing import Literal

from pydantic import Field

from gongdan.shared.definitions.base import Strict


class Channel(Strict):
    """`spec` of kind Channel. `events` lists event types; signed as Standard Webhooks with the secret referred to."""

    kind: Literal["webhook"] = "webhook"
    url: str = Field(pattern=r"^https?://")
    secret_ref: str = Field(alias="secretRef", pattern=r"^(env|file):.+$")
    events: list[str] = ["DeadlineWarned", "DeadlineBreached"]
    allow_private: bool = False
