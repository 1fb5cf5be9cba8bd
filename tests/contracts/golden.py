"""The golden JSON Schemas: what each event type has promised its readers, one file per type in `schemas/`.

`python -m tests.contracts.golden` takes additions up into the promise. It refuses to take anything back,
because a record of the last seven days, or a service not yet upgraded, would no longer be understood.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gongdan.shared.contracts.registry import MODEL_OF

SCHEMAS = Path(__file__).parent / "schemas"

Schema = dict[str, Any]


def current() -> dict[str, Schema]:
    """The schema that the code has now, by event type."""
    return {name: model.model_json_schema(mode="serialization") for name, model in MODEL_OF.items()}


def promised() -> dict[str, Schema]:
    """The schema that was promised, by event type."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(SCHEMAS.glob("*.json"))}


def broken(old: Schema, new: Schema) -> list[str]:
    """Every promise of the schema `old` that `new` does not keep, as sentences. Empty when all is additive."""
    return [
        f"{name}: {complaint}"
        for name, before in shapes(old).items()
        for complaint in broken_shape(before, shapes(new).get(name))
    ]


def shapes(schema: Schema) -> dict[str, Schema]:
    """The payload itself and every shape it is made of."""
    return {"payload": schema, **schema.get("$defs", {})}


def broken_shape(old: Schema, new: Schema | None) -> Iterator[str]:
    """What one shape promised and does not keep."""
    if new is None:
        yield "is gone"
        return
    yield from lost_values(old, new)
    fields, now = old.get("properties", {}), new.get("properties", {})
    for name, field in fields.items():
        if name not in now:
            yield f"{name} is gone"
        elif meaning(field) != meaning(now[name]):
            yield f"{name} changed its type"
        else:
            yield from (f"{name}: {line}" for line in lost_values(field, now[name]))
    for name in now.keys() - fields.keys():
        if "default" not in now[name]:
            yield f"{name} is new and has no default, so older events cannot be read"
    needed, needs = set(old.get("required", [])), set(new.get("required", []))
    yield from (f"{name} may now be missing" for name in sorted(needed & now.keys() - needs))


def lost_values(old: Schema, new: Schema) -> list[str]:
    """The values of a closed set, or the shapes of a choice, that are no longer in it."""
    return [f"value {value!r} is gone" for value in choices(old) if value not in choices(new)]


def choices(schema: Schema) -> list[Any]:
    """The values of a closed set, or the names of the shapes that a value may have."""
    return [*schema.get("enum", []), *schema.get("discriminator", {}).get("mapping", {})]


def meaning(field: Schema) -> Schema:
    """A field's schema without what only people read, its default, and what there is to choose from."""
    left_out = {"title", "description", "default", "enum"} | ({"oneOf"} if "discriminator" in field else set())
    told = {key: value for key, value in field.items() if key not in left_out}
    return told | ({"discriminator": field["discriminator"]["propertyName"]} if "discriminator" in field else {})


def text_of(schema: Schema) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the additions, or say what would be broken and write nothing."""
    now, before = current(), promised()
    lost = [f"{name} is gone" for name in before.keys() - now.keys()]
    lost += [f"{name}: {line}" for name in before.keys() & now.keys() for line in broken(before[name], now[name])]
    if lost and "--break" not in sys.argv:
        sys.stderr.write("\n".join([*lost, "Nothing was written. Add beside the old; a new meaning is a new type.\n"]))
        return 1
    for name in before.keys() - now.keys():
        (SCHEMAS / f"{name}.json").unlink()
    for name, schema in now.items():
        (SCHEMAS / f"{name}.json").write_text(text_of(schema), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
