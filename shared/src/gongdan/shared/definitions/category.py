"""Category: what a ticket is about, as a tree: the node names its parent.

Used by rules, forms, reports and articles. Limits: a tree has no circles; a category that tickets have is made
inactive rather than deleted.

Example:

    kind: Category
    metadata: {name: compressor, workspace: maintenance, title: {zh: 空压机, en: Compressor}}
    spec:
      parent: machines
      description: {zh: 空压机、干燥机及管路, en: "Compressors, dryers and their pipes"}
      keywords: [空压机, compressor, dryer]
      team: field
"""

from typing import Annotated

from pydantic import Field

from gongdan.shared.definitions.base import Kind, Name, Tag, Text
from gongdan.shared.definitions.names import FormName, Refers, TeamName


class Category(Kind):
    """`spec` of kind Category."""

    parent: Annotated[Name, Refers("Category", acyclic=True)] | None = Field(
        default=None, description="The Category it is part of."
    )
    description: Text | None = Field(default=None, description="When to choose it.")
    order: int = Field(default=100, ge=0, le=1_000_000, description="Where it stands among its siblings; lower first.")
    keywords: list[Tag] = Field(default=[], max_length=200, description="Words that speak for it.")
    team: TeamName | None = Field(default=None, description="The Team that knows about it.")
    form: FormName | None = Field(default=None, description="The Form that asks what is needed for it.")
    active: bool = Field(default=True, description="Whether it can be chosen.")
