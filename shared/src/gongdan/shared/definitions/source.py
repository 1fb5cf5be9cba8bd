"""Source: a partner system that posts webhooks: how to know it is theirs, and what its payload means.

`map` is CEL over `body` (the payload) and `headers` (names in lower case) for each part of the message. `samples` are
payloads with what they must give; they are tried whenever the definition is applied.

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
        body: body.message
        fields: {severity: body.commonLabels.severity}
        closes: body.status == "resolved"
      samples:
        - body: {groupKey: g1, status: firing, title: Disk full, message: on db-1, commonLabels: {severity: high}}
          expect: {subject: Disk full, conversation: g1, fields: {severity: high}}
"""

from typing import Literal

from pydantic import Field

from gongdan.shared.definitions.base import FieldName, Kind, Strict
from gongdan.shared.definitions.expressions import SourceExpression
from gongdan.shared.definitions.free import FreeData
from gongdan.shared.definitions.verify import Verify

Part = Literal["name", "email", "phone", "id"]


class Mapping(Strict):
    """What each part of the message is; a part without an expression stays empty."""

    idempotency_key: SourceExpression | None = Field(default=None, description="The same for a repeated delivery.")
    conversation: SourceExpression | None = Field(default=None, description="The same for all about one matter.")
    requester: dict[Part, SourceExpression] = Field(default={}, max_length=4, description="Who it comes from.")
    subject: SourceExpression | None = Field(default=None, description="The subject.")
    body: SourceExpression | None = Field(default=None, description="The text.")
    priority: SourceExpression | None = Field(default=None, description="low, normal, high or urgent.")
    fields: dict[FieldName, SourceExpression] = Field(default={}, max_length=100, description="Ticket fields.")
    closes: SourceExpression | None = Field(default=None, description="Whether it says that the matter is over.")


class Source(Kind):
    """`spec` of kind Source."""

    kind: Literal["webhook"] = Field(default="webhook", description="How it sends.")
    verify: Verify = Field(description="How to know that it is theirs.")
    map: Mapping = Field(default=Mapping(), description="What its payload means.")
    samples: list[FreeData] = Field(
        default=[], max_length=50, description="body and headers of a request, and in expect what it must give."
    )
