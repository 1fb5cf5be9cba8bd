"""Outlook's parcels for tests: `winmail.dat` from a few words."""

import struct

UNICODE, BINARY, NUMBER, OBJECT = 0x1F, 0x102, 0x03, 0x0D
MESSAGE, ATTACHMENT = 1, 2


def attribute(level: int, number: int, value: bytes) -> bytes:
    """One attribute of the frame."""
    return struct.pack("<BHHI", level, number, 6, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def properties(*found: tuple[int, int, bytes]) -> bytes:
    """Properties: number, kind, value."""
    return struct.pack("<I", len(found)) + b"".join(one(*each) for each in found)


def one(number: int, kind: int, value: bytes) -> bytes:
    """One property, filled up to four bytes."""
    head = struct.pack("<HH", kind, number)
    if kind == NUMBER:
        return head + value
    return head + struct.pack("<II", 1, len(value)) + value + b"\0" * (-len(value) % 4)


def file(name: str, content: bytes, content_id: str = "") -> bytes:
    """The attributes of one file."""
    told = [(0x3707, UNICODE, (name + "\0").encode("utf-16-le"))]
    if content_id:
        told.append((0x3712, UNICODE, (content_id + "\0").encode("utf-16-le")))
    return (
        attribute(ATTACHMENT, 0x9002, b"\0" * 14)
        + attribute(ATTACHMENT, 0x8010, b"SHORT~1.TXT\0")
        + attribute(ATTACHMENT, 0x800F, content)
        + attribute(ATTACHMENT, 0x9005, properties(*told))
    )


def parcel(*attributes: bytes) -> bytes:
    """The whole."""
    version = attribute(MESSAGE, 0x9006, struct.pack("<I", 0x10000))
    page = attribute(MESSAGE, 0x9007, struct.pack("<II", 1252, 0))
    return b"\x78\x9f\x3e\x22\x01\x00" + version + page + b"".join(attributes)
