"""What is needed to show forms as pages."""

from collections.abc import Mapping
from typing import Protocol


class Pages(Protocol):
    """Makes pages, and knows the files that they ask for."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """Content by name, such as `form.css`."""
        ...

    def render(self, page: str, **values: object) -> str:
        """A page as HTML, by its name; every value in it is text."""
        ...
