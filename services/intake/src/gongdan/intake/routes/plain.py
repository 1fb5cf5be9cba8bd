"""Requests that need no parser: POSTs that are there as a whole, in the most usual form.

What is read here is a small part of what HTTP/1.1 allows, told by one strict pattern. Whatever is not that, be it
allowed or not, is None: the parser decides about it. Source: RFC 9112 sections 2 to 6.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from gongdan.intake.domain import limits

HEAD = re.compile(rb"POST (/[a-z0-9/]+) HTTP/1\.1\r\n((?:[!#$%&'*+.^`|~\w-]+:[\t -~]*\r\n)+)\r\n")
NOT_PLAIN = frozenset({"content-encoding", "expect", "transfer-encoding", "upgrade"})


class Head(NamedTuple):
    """What a request says before its body. Names of headers are in lower case, no name is there twice.

    `length` is that of the head in bytes, `body` that of the body.
    """

    path: bytes
    headers: Mapping[str, str]
    length: int
    body: int


def head_of(data: bytes) -> Head | None:
    """The head that `data` begins with, where it is plain and there to its end."""
    found = HEAD.match(data)
    if found is None:
        return None
    path, lines = found.groups()
    pairs = [line.split(":", 1) for line in lines.decode("ascii").split("\r\n")[:-1]]
    headers = {name.lower(): value.strip(" \t") for name, value in pairs}
    length = headers.get("content-length", "")
    if len(headers) != len(pairs) or not length.isdecimal() or len(length) > len(str(limits.JSON_BYTES)):
        return None
    if not NOT_PLAIN.isdisjoint(headers) or headers.get("connection", "keep-alive").lower() != "keep-alive":
        return None
    return Head(path, headers, found.end(), int(length)) if int(length) <= limits.JSON_BYTES else None
