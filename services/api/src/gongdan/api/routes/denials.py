"""Being told no: the audit keeps who asked for what."""

from collections.abc import Sequence

from gongdan.api.domain.audit import denial
from gongdan.api.ports import Audit
from gongdan.shared.access.folding import Folded
from gongdan.shared.clock import Clock
from gongdan.shared.refusals import Denials


def audited(audit: Audit, clock: Clock) -> Denials:
    """What is denied, on its way to the audit."""

    async def write(some: Sequence[Folded]) -> None:
        await audit.record(*map(denial, some))

    return Denials(write, clock)
