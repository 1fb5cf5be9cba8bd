"""What a file is by its first bytes, and whether that contradicts what its sender says it is.

A sender's word counts where the bytes say nothing. Limits: this tells kinds apart and finds no malware.
"""

import puremagic

ANY = "application/octet-stream"
HEAD = 4_096
PROGRAM = "application/x-executable"
# ELF, Mach-O in both byte orders and widths, scripts; Windows' have a NUL soon, which words that begin so have not.
PROGRAMS = (b"\x7fELF", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"#!")
# What may be a program: whoever sends one as such hides nothing.
SAID_PROGRAMS = frozenset({
    ANY, PROGRAM, "application/x-msdownload", "application/x-msdos-program", "application/x-dosexec",
    "application/vnd.microsoft.portable-executable", "application/x-sh", "text/x-shellscript", "text/x-python",
    "text/plain", "application/x-mach-binary", "application/x-sharedlib", "application/x-elf",
})  # fmt: skip
# Kinds that always show themselves: bytes that are none of them contradict the word.
SURE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})
MEDIA = ("image", "audio", "video")


def kinds(head: bytes) -> frozenset[str]:
    """The types that the first bytes may be of; none where they say nothing."""
    if head.startswith(PROGRAMS) or (head.startswith(b"MZ") and b"\x00" in head):
        return frozenset({PROGRAM})
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return frozenset()
    return frozenset(one.mime_type for one in found if one.mime_type) - {ANY}


def content_type(said: str, head: bytes) -> str:
    """The type to keep a file under: the sender's word, or what the bytes surely are where that says nothing."""
    if said != ANY:
        return said
    sure = sorted(kinds(head) & SURE)
    return sure[0] if sure else ANY


def contradiction(said: str, head: bytes) -> str | None:
    """What the bytes are instead, where they contradict the sender's word."""
    found = kinds(head)
    if PROGRAM in found:
        return None if said in SAID_PROGRAMS else PROGRAM
    family = said.partition("/")[0]
    if said in SURE and head:
        return None if said in found else _shown(found)
    if family in MEDIA and found and not any(one.partition("/")[0] == family for one in found):
        return _shown(found)
    return None


def _shown(found: frozenset[str]) -> str:
    return min(found, default="something else")
