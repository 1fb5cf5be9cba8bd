"""Ids for requests that bring none of their own."""

import random
from dataclasses import dataclass, field
from uuid import UUID

from gongdan.shared.ids import marked_id


@dataclass(slots=True)
class FreshIds:
    """Makes ids unlike any other, without asking the operating system for each. They are no secret."""

    _chance: random.Random = field(default_factory=random.Random)

    def __call__(self) -> UUID:
        """One more, of version 4. Source: RFC 9562 section 5.4."""
        return marked_id(self._chance.randbytes(16), 4)
