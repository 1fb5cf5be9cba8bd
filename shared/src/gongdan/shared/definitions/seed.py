"""The definitions of a first start, as YAML beside the code: what they say can be read, copied and changed."""

from importlib.resources import files


def default_documents() -> bytes:
    """All default documents as one YAML stream."""
    folder = files("gongdan.shared.definitions") / "defaults"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".yaml")), key=lambda item: item.name)
    return b"\n---\n".join(item.read_bytes() for item in found)
