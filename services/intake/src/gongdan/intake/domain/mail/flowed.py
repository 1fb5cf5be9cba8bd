"""Text whose lines flow: a space before a line's end joins it with the next. Source: RFC 3676 section 4.

Lines flow only within their depth of quotation; the dashes before a signature never do.
"""

SIGNATURE = "-- "


def unfolded(text: str, delete_space: bool = False) -> str:
    """One line for each paragraph; quoted ones begin with `>` and a space."""
    done: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth, content = _parted(line)
        flows = content.endswith(" ") and content != SIGNATURE
        content_kept = content[:-1] if flows and delete_space else content
        if depth == open_depth and content != SIGNATURE:
            done[-1] += content_kept
        else:
            done.append(">" * depth + (" " if depth and content_kept else "") + content_kept)
        open_depth = depth if flows else -1
    return "\n".join(done)


def _parted(line: str) -> tuple[int, str]:
    """The depth of quotation, and the content without the space that protects it."""
    content = line.lstrip(">")
    return len(line) - len(content), content.removeprefix(" ")
