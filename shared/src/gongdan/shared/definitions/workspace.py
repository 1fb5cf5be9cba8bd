"""Workspace: a department or scenario with its own numbers and defaults."""

from typing import Literal

from pydantic import Field

from gongdan.shared.definitions.base import Name, Strict


class Workspace(Strict):
    """`spec` of kind Workspace. `team` gets what no rule gives to another team."""

    number_prefix: str = Field(default="GD", pattern=r"^[A-Z]{1,8}$")
    default_locale: Literal["zh", "en"] = "en"
    team: Name | None = None
    address: str | None = None
