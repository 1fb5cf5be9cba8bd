"""Trying conditions on samples, before a definition that has them is applied."""

from dataclasses import dataclass

from gongdan.intake.handlers.callers import Caller
from gongdan.intake.ports import Definitions
from gongdan.shared.access.refusal import insist
from gongdan.shared.access.rights import may_define
from gongdan.shared.clock import Clock
from gongdan.shared.definitions.field_types import Fields
from gongdan.shared.definitions.samples import sample_values
from gongdan.shared.definitions.trial import Trial, known, tried


@dataclass(frozen=True, slots=True)
class Trying:
    """Whoever may read rules may try conditions."""

    definitions: Definitions
    clock: Clock

    def on_trial(self, trial: Trial, caller: Caller) -> dict[str, object]:
        """What a condition gives on a sample, clause by clause; without `now` in it, the time is the present.

        Raises FixInput, NotAllowed.
        """
        if caller.rights is not None:
            insist(caller.rights, "try conditions", may_define(caller.rights, "RoutingRule", trial.workspace))
        types = known(trial, Fields(self.definitions.current), trial.workspace)
        present = {"now": self.clock.now().isoformat()} if "now" in types else {}
        return tried(trial, types, sample_values(types, {**present, **(trial.sample or {})}))
