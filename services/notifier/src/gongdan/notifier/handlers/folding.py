"""Late notices that have waited long enough are written down, those to one recipient folded into one mail."""

from dataclasses import dataclass
from datetime import timedelta

from gongdan.notifier.domain.folding import fold, once_each
from gongdan.notifier.handlers.queueing import Queueing
from gongdan.notifier.ports import LateNotices
from gongdan.shared.db.session import Database


@dataclass(frozen=True, slots=True)
class Folding:
    """A loop step. Taking a recipient's notices and queueing the mail is one transaction: whoever dies in it has done
    nothing."""

    db: Database
    late: LateNotices
    queueing: Queueing

    async def step(self) -> timedelta | None:
        """Fold what is due for one recipient; rest only when nothing is."""
        async with self.db.transaction() as unit:
            found = await self.late.take(unit, self.queueing.clock.now())
            if not found:
                return None
            causes = {want.cause.envelope.id: want.cause.event for want in found}
            await self.queueing.write_down(unit, list(causes.values()), fold(once_each(found)))
        return timedelta()
