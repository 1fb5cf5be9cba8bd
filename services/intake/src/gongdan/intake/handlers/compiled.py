"""Definitions made ready for use, once per version."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from gongdan.shared.definitions.base import Strict
from gongdan.shared.definitions.catalog import Key
from gongdan.shared.definitions.registry import Definition

Spec = TypeVar("Spec", bound=Strict)
Made = TypeVar("Made")
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Compiled(Generic[Spec, Made]):
    """Remembers what `make` gave for each version; forgets everything when that is too much."""

    make: Callable[[Definition, Spec], Made]
    _made: dict[tuple[Key, int], Made] = field(default_factory=dict)

    def of(self, item: Definition, spec: Spec) -> Made:
        """What `make` gives for this definition."""
        key = (item.key, item.version)
        if key not in self._made:
            if len(self._made) >= MOST:
                self._made.clear()
            self._made[key] = self.make(item, spec)
        return self._made[key]
