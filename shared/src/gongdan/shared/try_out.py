"""What a service offers as `gongdan try …`: see the command line's module for how it is found and asked."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TryOut:
    """One try-out: its line of help, and what answers a line (without its end). Raises FixInput for a wrong line."""

    help: str
    answer: Callable[[str], object]
