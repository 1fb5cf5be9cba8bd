"""Text whose lines flow: a space before a line's end joins it with the next. Source: RFC 3676 section 4.

Lines flow only within their depth of quotation; the dashes before a signature never do.
"""

SIGNATURE = "-- "


def unfolded(text: str, delete_space: bool = False) -> str:
    """One line for each paragraph; quoted ones begin with `>` and a space."""
    pieces: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth, content = _parted(line)
        flows = content.endswith(" ") and content != SIGNATURE
        if depth != open_depth or content == SIGNATURE:
            pieces.append("\n" + ">" * depth + " " * bool(depth and content))
        pieces.append(content[:-1] if flows and delete_space else content)
        open_depth = depth if flows else -1
    return "".join(pieces)[1:]


def _parted(line: str) -> tuple[int, str]:
    """The depth of quotation, and the content without the space that protects it."""
    content = line.lstrip(">")
    return len(line) - len(content), content.removeprefix(" ")
