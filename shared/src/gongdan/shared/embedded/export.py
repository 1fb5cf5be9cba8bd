"""Definitions as files: one each, always under the same path and with the same bytes, that apply on an empty
installation."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from gongdan.shared.definitions import references
from gongdan.shared.definitions.catalog import Key
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.yaml_text import to_yaml
from gongdan.shared.embedded.errors import FixSetup

# No workspace is called so: names begin with a letter or a digit.
SHARED = "_shared"


def whole(definitions: Iterable[Definition], workspace: str) -> list[Definition]:
    """A workspace with all that belongs to it, its mailboxes too, and whatever that names, directly or not.

    Raises FixSetup when there is no such workspace.
    """
    items = {item.key: item for item in definitions}
    if ("Workspace", "", workspace) not in items:
        raise FixSetup(f"there is no workspace {workspace}", "see `gongdan get definitions Workspace`")
    index = references.Index(items)
    pending = [key for key, item in items.items() if references.belongs(item, workspace)]
    found: dict[Key, Definition] = {}
    while pending:
        key = pending.pop()
        if key not in found:
            found[key] = items[key]
            pending += _named(items[key], index)
    return [items[key] for key in sorted(found)]


def _named(item: Definition, index: references.Index) -> list[Key]:
    return [key for reference in references.of(item) for key in index.targets(item, reference)]


def files(definitions: Iterable[Definition]) -> dict[str, str]:
    """Path and text of each: `<workspace>/<kind>/<name>.yaml`, below `_shared` what belongs to no workspace."""
    return {_path(item): to_yaml(item.document) for item in definitions}


def _path(item: Definition) -> str:
    return f"{item.workspace or SHARED}/{item.kind}/{item.name}.yaml"


def write(folder: Path, contents: Mapping[str, str]) -> list[str]:
    """Write the files; returns those in the folder that are of no definition any more, which stay.

    Raises FixSetup when the folder cannot be written to.
    """
    try:
        for path, text in contents.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise FixSetup(f"{folder} cannot be written to ({error.strerror})", "choose another folder") from error
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml")}
    return sorted(there - contents.keys())
