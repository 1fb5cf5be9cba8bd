"""Source: a partner system that posts webhooks: how to know it is theirs, and what its payload means."""

from datetime import timedelta
from typing import Any, Literal

from pydantic import Field

from gongdan.shared.definitions.base import Strict


class Verify(Strict):
    """How a request proves its sender. `secret_ref` is `env:NAME` or `file:PATH`; never the secret itself."""

    scheme: Literal["standard_webhooks", "hmac"]
    secret_ref: str = Field(alias="secretRef", pattern=r"^(env|file):.+$")
    header: str = "X-Signature"
    algorithm: Literal["sha256", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: str = ""
    tolerance: timedelta = timedelta(minutes=5)


class Mapping(Strict):
    """CEL over `body` (the payload) and `headers` for each part of the message; `requester` by attribute."""

    idempotency_key: str | None = None
    conversation: str | None = None
    requester: dict[Literal["name", "email", "phone", "id"], str] = {}
    subject: str | None = None
    body: str | None = None
    priority: str | None = None
    fields: dict[str, str] = {}
    closes: str | None = None


class Source(Strict):
    """`spec` of kind Source."""

    kind: Literal["webhook"] = "webhook"
    verify: Verify
    map: Mapping = Mapping()
    samples: list[dict[str, Any]] = []
