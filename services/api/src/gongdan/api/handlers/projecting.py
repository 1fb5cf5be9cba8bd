"""What happens to events: they become rows, and some of them entries of the audit. api decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from gongdan.api.domain.audit import entries_of
from gongdan.api.domain.projection import project
from gongdan.api.ports import ReadModels
from gongdan.shared.contracts.registry import Event
from gongdan.shared.db.session import Transaction


@dataclass(frozen=True, slots=True)
class Handlers:
    """Everything api does with what it hears."""

    read_models: ReadModels

    async def on_batch(self, unit: Transaction, events: Sequence[Event]) -> None:
        """Project a batch of any topics, in one go."""
        rows = project(events)
        known = await self.read_models.known_versions(unit, rows.definition_versions)
        await self.read_models.save(unit, rows, entries_of(events, known))
