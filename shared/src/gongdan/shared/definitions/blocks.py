"""The blocks of a Process: task, approval, branch, parallel, call, notify, set, wait, process.

`who` of a task is one answer or several: with several, each gets a task of their own, or all share one. An approval
asks people by `mode`: any one, all, one after the other, or a vote with a quorum. `within` is the time to act;
`on_timeout` what happens then.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from gongdan.shared.definitions.base import FieldName, Line, Name, SecretRef, Strict, Text, Url
from gongdan.shared.definitions.effects import ActionList
from gongdan.shared.definitions.expressions import AnswerExpression, ProcessCondition
from gongdan.shared.definitions.free import FreeData
from gongdan.shared.definitions.names import FormName, Refers, TemplateName
from gongdan.shared.definitions.spans import Span
from gongdan.shared.definitions.who import People, PeopleList, RecipientList

Flow = Annotated[list["Block"], Field(max_length=100)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
OnTimeout = Literal["urge", "complete", "reject", "escalate", "skip"]


class _Block(Strict):
    id: Id = Field(description="Its name in the process.")
    title: Text | None = Field(default=None, description="What people read.")


class Task(_Block):
    """Something somebody does."""

    type: Literal["task"]
    who: People | PeopleList = Field(description="Who does it.")
    share: Literal["one", "each"] = Field(default="one", description="One task for all of them, or one for each.")
    form: FormName | None = Field(default=None, description="The Form to fill in for it.")
    requires: list[FieldName] = Field(default=[], max_length=50, description="Fields that must be filled.")
    within: Span | None = Field(default=None, description="The time to do it.")
    on_timeout: OnTimeout = Field(default="urge", description="What happens when it is not done in time.")
    instructions: Text | None = Field(default=None, description="What to do.")


class SendBack(Strict):
    """Back to an earlier block."""

    send_back_to: Id = Field(description="The block to go on from.")


class Approval(_Block):
    """A question to people who say yes or no."""

    type: Literal["approval"]
    who: PeopleList = Field(description="Who is asked.")
    mode: Literal["any", "all", "sequential", "vote"] = Field(
        default="all", description="One yes is enough; all must; one after the other; a share of them."
    )
    quorum: float | None = Field(default=None, gt=0, le=1, description="For a vote: the share that must say yes.")
    within: Span | None = Field(default=None, description="The time to decide.")
    on_timeout: OnTimeout = Field(default="urge", description="What happens when nobody decides in time.")
    on_reject: Literal["end", "continue"] | SendBack = Field(default="end", description="What a no does.")
    on_empty: Literal["approve", "reject", "escalate"] = Field(
        default="escalate", description="What happens when nobody can be asked."
    )
    skip_same: bool = Field(default=True, description="Whether who has said yes before in this process is passed over.")
    allow: list[Literal["AddSigner", "TransferApproval", "SendBack", "Withdraw"]] = Field(
        default=[], max_length=10, description="What those who are asked may do besides."
    )
    copy_to: list[People] = Field(default=[], max_length=50, description="Who hears of the decision.")

    @model_validator(mode="after")
    def _quorum_for_votes(self) -> "Approval":
        if (self.quorum is not None) != (self.mode == "vote"):
            raise ValueError("a vote needs a quorum, and only a vote has one")
        return self


class When(Strict):
    """A case of a branch."""

    when: ProcessCondition = Field(description="Holds for this case.")
    title: Text | None = Field(default=None, description="What people read.")
    flow: Flow = Field(default=[], description="Its blocks.")


class Else(Strict):
    """The case when no other holds."""

    otherwise: Flow = Field(alias="else", description="Its blocks.")


class Branch(_Block):
    """The first case that holds; the last one may be `else`. When none holds, the branch is passed over."""

    type: Literal["branch"]
    cases: list[When | Else] = Field(min_length=1, max_length=20, description="The cases, in the order they are asked.")

    @model_validator(mode="after")
    def _else_last(self) -> "Branch":
        if any(isinstance(case, Else) for case in self.cases[:-1]):
            raise ValueError("else must be the last case")
        return self


class Parallel(_Block):
    """Flows side by side."""

    type: Literal["parallel"]
    join: Literal["all", "any"] = Field(default="all", description="Go on when all are done, or one is.")
    flows: list[Flow] = Field(min_length=1, max_length=20, description="The flows.")


class Request(Strict):
    """What is sent to another system. Texts may hold `{{ fields.x }}`."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = Field(default="POST", description="The HTTP method.")
    url: Url = Field(description="Where to.")
    headers: dict[Line, Line] = Field(default={}, max_length=30, description="Header to text; no secrets.")
    body: FreeData = Field(default={}, description="The JSON body.")
    secret_ref: SecretRef | None = Field(default=None, alias="secretRef", description="Where the bearer token is.")


class Call(_Block):
    """A call to another system, whose answer can fill fields."""

    type: Literal["call"]
    request: Request = Field(description="What is sent.")
    map: dict[FieldName, AnswerExpression] = Field(
        default={}, max_length=50, description="Field to CEL over the answer's `body`, `headers` and `status`."
    )
    within: Span | None = Field(default=None, description="How long to try.")
    on_failure: Literal["wait", "continue", "end"] = Field(
        default="wait", description="When it fails for good: wait for somebody, go on, or end."
    )


class Notify(_Block):
    """A message to people or channels."""

    type: Literal["notify"]
    to: RecipientList = Field(description="Who hears of it.")
    template: TemplateName = Field(description="The Template that says what.")


class Do(_Block):
    """Something that happens to the ticket."""

    type: Literal["do"]
    then: ActionList = Field(min_length=1, description="What happens, in this order.")


class Wait(_Block):
    """A pause, for a time or until something holds."""

    type: Literal["wait"]
    for_: Span | None = Field(default=None, alias="for", description="For so long, at most.")
    until: ProcessCondition | None = Field(default=None, description="Until this holds.")

    @model_validator(mode="after")
    def _ends(self) -> "Wait":
        if self.for_ is None and self.until is None:
            raise ValueError("say for how long, or until when")
        return self


class Sub(_Block):
    """Another process within this one."""

    type: Literal["process"]
    process: Annotated[Name, Refers("Process", acyclic=True)] = Field(description="The Process.")


Block = Annotated[Task | Approval | Branch | Parallel | Call | Notify | Do | Wait | Sub, Field(discriminator="type")]
for _model in (When, Else, Branch, Parallel):
    _model.model_rebuild()


def inner_flows(block: Block) -> Iterator[list[Block]]:
    """The flows within a block."""
    if isinstance(block, Branch):
        yield from (case.flow if isinstance(case, When) else case.otherwise for case in block.cases)
    elif isinstance(block, Parallel):
        yield from block.flows
