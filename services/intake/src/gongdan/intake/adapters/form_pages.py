"""The pages of forms: their templates, compiled once, and the files beside them, read once at start.

Whatever a template is given becomes text, never markup: it comes from definitions and from strangers.
"""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import PurePath

from jinja2 import DictLoader, Environment, StrictUndefined

SERVED = frozenset({".css", ".js"})


@dataclass(frozen=True, slots=True)
class JinjaPages:
    """`files` are what a page asks for by name."""

    environment: Environment
    files: dict[str, bytes]

    def render(self, page: str, **values: object) -> str:
        """A page, such as `form`, with these values in it."""
        return self.environment.get_template(f"{page}.html").render(values)


def form_pages() -> JinjaPages:
    """All files of this package's `web` folder."""
    found = {one.name: one.read_bytes() for one in (files("gongdan.intake") / "web").iterdir() if one.is_file()}
    templates = {name: content.decode() for name, content in found.items() if name.endswith(".html")}
    environment = Environment(
        loader=DictLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return JinjaPages(environment, {name: one for name, one in found.items() if PurePath(name).suffix in SERVED})
