"""Article: an answer to a question that is asked often, in Chinese and English, as Markdown.

Public ones are on the portal and found by search; `draft` is seen by those who may write articles only. Markdown is
rendered by the server, with raw HTML taken out.

Example:

    kind: Article
    metadata: {name: reset-password, workspace: it}
    spec:
      visibility: public
      category: [account]
      keywords: [密码, password, 重置]
      zh: {title: 重置密码, body: "打开登录页,点击**忘记密码**。"}
      en: {title: Reset your password, body: "Open the sign-in page and choose **Forgot password**."}
"""

from typing import Literal

from pydantic import Field, model_validator

from gongdan.shared.definitions.base import Kind, Line, Strict, Tag
from gongdan.shared.definitions.names import CategoryName

LONGEST_BODY = 200_000


class Page(Strict):
    """An article in one language."""

    title: Line = Field(description="The question, or what it is about.")
    summary: str | None = Field(default=None, max_length=1_000, description="The answer in a sentence or two.")
    body: str = Field(min_length=1, max_length=LONGEST_BODY, description="The answer, as Markdown.")


class Article(Kind):
    """`spec` of kind Article."""

    visibility: Literal["draft", "internal", "public"] = Field(default="draft", description="Who can read it.")
    category: list[CategoryName] = Field(default=[], max_length=20, description="What it is about.")
    keywords: list[Tag] = Field(default=[], max_length=100, description="Other words people search for.")
    order: int = Field(default=100, ge=0, le=1_000_000, description="Where it stands in its category; lower first.")
    zh: Page | None = Field(default=None, description="In Chinese.")
    en: Page | None = Field(default=None, description="In English.")

    @model_validator(mode="after")
    def _says_something(self) -> "Article":
        if self.zh is None and self.en is None:
            raise ValueError("write zh, en or both")
        return self
