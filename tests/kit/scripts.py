"""The browser's own modules, run by V8 without a browser: what they compute, not what they do to a page."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from py_mini_racer import MiniRacer

MODULE = re.compile(r"^(?:import .*;|export (?=function|const))", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Scripts:
    """Modules as one script: an engine without a page knows no imports."""

    engine: MiniRacer

    def call(self, function: str, *given: Any) -> Any:
        """What a function of the modules gives; values go and come as JSON, an undefined result as None."""
        arguments = ", ".join(json.dumps(one) for one in given)
        return json.loads(str(self.engine.eval(f"JSON.stringify(({function})({arguments})) ?? 'null'")))


@contextmanager
def scripts(*paths: Path) -> Iterator[Scripts]:
    """The modules, for a while."""
    engine = MiniRacer()
    try:
        engine.eval("\n".join(MODULE.sub("", path.read_text(encoding="utf-8")) for path in paths))
        yield Scripts(engine)
    finally:
        engine.close()
