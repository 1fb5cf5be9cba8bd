"""Source: a partner system that posts webhooks: how to know it is theirs, and what its payload means.

`map` says what each part of the message is: CEL, or `{jmespath: …}`, over `body` (the payload as data, be it JSON, XML
or a form), `headers` (names in lower case) and `query`. With `each`, a payload holds many messages, and `item` is the
one in question. `samples` are requests with what they must give; they are tried whenever the definition is applied.

`kind: mail` is a mail provider that posts mails: they go the way of all mail, and `map` counts for nothing.

Example:

    kind: Source
    metadata: {name: grafana, workspace: it, title: {zh: Grafana 告警, en: Grafana alerts}}
    spec:
      kind: webhook
      verify: {scheme: hmac, header: X-Grafana-Alerting-Signature, algorithm: sha256, secretRef: env:GRAFANA_SECRET}
      map:
        idempotency_key: body.groupKey + body.status
        conversation: body.groupKey
        requester: {email: "'grafana@example.com'"}
        subject: body.title
        body: {jmespath: body.message}
        severity: body.commonLabels.severity
        closes: body.status == "resolved"
      samples:
        - body: {groupKey: g1, status: firing, title: Disk full, message: on db-1, commonLabels: {severity: high}}
          expect: {subject: Disk full, conversation: g1, priority: high, fields: {severity: high}}
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue, StringConstraints, model_validator

from gongdan.shared.contracts.messages import Priority
from gongdan.shared.definitions.base import FieldName, Kind, Strict
from gongdan.shared.definitions.expressions import SourceExpression
from gongdan.shared.definitions.free import FreeData, bounded_value
from gongdan.shared.definitions.verify import Verify
from gongdan.shared.errors import Complaint

Part = Literal["name", "email", "phone", "id"]
Word = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Value = Annotated[str, StringConstraints(max_length=4_000)]
LONGEST_RAW = 100_000


class Mapping(Strict):
    """What each part of the message is; a part without an expression stays empty."""

    each: SourceExpression | None = Field(default=None, description="The list of messages in one payload.")
    ignore: SourceExpression | None = Field(default=None, description="Whether it is nothing for us: taken, not kept.")
    idempotency_key: SourceExpression | None = Field(default=None, description="The same for a repeated delivery.")
    conversation: SourceExpression | None = Field(default=None, description="The same for all about one matter.")
    requester: dict[Part, SourceExpression] = Field(default={}, max_length=4, description="Who it comes from.")
    subject: SourceExpression | None = Field(default=None, description="The subject.")
    body: SourceExpression | None = Field(default=None, description="The text.")
    priority: SourceExpression | None = Field(default=None, description="low, normal, high or urgent.")
    severity: SourceExpression | None = Field(
        default=None, description="The partner's word for how bad it is: the field `severity`, and the priority by it."
    )
    severities: dict[Word, Priority] = Field(
        default={}, max_length=50, description="Which priority the partner's words mean, where it is not the usual one."
    )
    fields: dict[FieldName, SourceExpression] = Field(default={}, max_length=100, description="Ticket fields.")
    closes: SourceExpression | None = Field(default=None, description="Whether it says that the matter is over.")
    occurred_at: SourceExpression | None = Field(
        default=None, description="When it happened: ISO 8601 with its offset, or Unix time."
    )


class Sample(Strict):
    """A request in clear and the message it must give: `expect`, or `messages` where it gives several or none."""

    title: str | None = Field(default=None, max_length=200, description="What it shows.")
    headers: dict[Word, Value] = Field(default={}, max_length=100, description="Its headers.")
    query: dict[Word, Value] = Field(default={}, max_length=100, description="Its query parameters.")
    body: Annotated[JsonValue, AfterValidator(bounded_value)] = Field(default=None, description="Its JSON payload.")
    raw: str | None = Field(
        default=None, max_length=LONGEST_RAW, description="Its payload as text, read by its content-type header."
    )
    expect: FreeData | None = Field(default=None, description="Parts of the message that it must give.")
    messages: list[FreeData] | None = Field(
        default=None, max_length=100, description="The same of every message; [] when it must give none."
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> "Sample":
        if self.expect is not None and self.messages is not None:
            raise ValueError("expect and messages exclude each other; write one of them")
        if self.body is not None and self.raw is not None:
            raise ValueError("body and raw exclude each other; write one of them")
        return self


class Answer(Strict):
    """What the partner is told when its request is taken, where it needs more than 202."""

    status: int = Field(default=200, ge=200, le=299, description="The HTTP status.")
    content_type: str = Field(
        default="text/plain", pattern=r"^[a-z]+/[A-Za-z0-9.+-]+$", max_length=100, description="What the text is."
    )
    body: str = Field(default="", max_length=4_000, description="The text.")


class Source(Kind):
    """`spec` of kind Source."""

    kind: Literal["webhook", "mail"] = Field(default="webhook", description="Whether it posts events, or mails.")
    provider: Literal["raw", "postmark", "mailgun", "sendgrid", "ses"] | None = Field(
        default=None, description="mail: whose way of posting mails it is; raw: the mail is the whole body."
    )
    verify: Verify = Field(description="How to know that it is theirs.")
    map: Mapping = Field(default=Mapping(), description="What its payload means.")
    answer: Answer | None = Field(default=None, description="What it is told, where it needs more than a status.")
    samples: list[Sample] = Field(
        default=[], max_length=50, description="Requests and what they must give; tried at every apply."
    )

    @model_validator(mode="after")
    def _mail_has_a_provider(self) -> "Source":
        if (self.kind == "mail") != (self.provider is not None):
            raise ValueError("kind: mail and provider belong together; write both or neither")
        return self

    def doubts(self) -> Iterator[Complaint]:
        """What is allowed but is hardly meant."""
        if self.kind == "webhook" and not self.samples:
            problem = "has no sample, so nobody will notice when the expressions do not fit the payload"
            yield Complaint("samples", problem, "record a request and write what it must give")
