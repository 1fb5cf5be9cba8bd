"""Survey: how a requester liked it: one question on a scale, and a comment.

Sent by an automation, answered by a signed link without signing in, once. Limits: one question; more are a Form.

Example:

    kind: Survey
    metadata: {name: csat, title: {zh: 满意度, en: Satisfaction}}
    spec:
      scale: 5
      question: {zh: "您对这次服务满意吗?", en: "How did we do?"}
      labels: {"1": {zh: 很不满意, en: Very bad}, "5": {zh: 非常满意, en: Very good}}
      comment: true
      expires: 14d
"""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from gongdan.shared.definitions.base import Kind, Text
from gongdan.shared.definitions.names import TemplateName
from gongdan.shared.definitions.spans import Duration

Point = Annotated[str, StringConstraints(pattern=r"^(10|[0-9])$")]


class Survey(Kind):
    """`spec` of kind Survey."""

    scale: int = Field(default=5, ge=2, le=10, description="The best answer; the worst is 1.")
    question: Text = Field(description="What is asked.")
    labels: dict[Point, Text] = Field(default={}, max_length=10, description="What points of the scale mean.")
    comment: bool = Field(default=True, description="Whether something may be written.")
    expires: Duration = Field(default=timedelta(days=14), description="How long it can be answered.")
    template: TemplateName | None = Field(default=None, description="The Template that asks, where not the usual one.")
    thanks: Text | None = Field(default=None, description="What is said after the answer.")

    @model_validator(mode="after")
    def _labels_are_on_the_scale(self) -> "Survey":
        off = sorted(point for point in self.labels if not 1 <= int(point) <= self.scale)
        if off:
            raise ValueError(f"labels {', '.join(off)} are not on the scale 1 to {self.scale}")
        return self
