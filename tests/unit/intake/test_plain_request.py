"""What goes the short way is told by a strict pattern; all else is the parser's."""

import pytest

from gongdan.intake.routes.plain import head_of

LINE = b"POST /intake/v1/messages HTTP/1.1\r\n"
USUAL = b"Host: a\r\nAuthorization: Bearer x\r\nContent-Length: 2\r\n"


def test_a_plain_head_is_read() -> None:
    head = head_of(LINE + b"Host:a\r\nX-Empty:\r\ncontent-LENGTH: \t2 \r\nConnection: Keep-Alive\r\n\r\n{}more")
    assert head is not None
    assert head.path == b"/intake/v1/messages"
    assert head.headers == {"host": "a", "x-empty": "", "content-length": "2", "connection": "Keep-Alive"}
    assert (head.length, head.body) == (len(LINE) + 65, 2)


@pytest.mark.parametrize(
    "data",
    [
        LINE + USUAL,
        LINE + USUAL + b"Content-Length: 2\r\n\r\n{}",
        LINE + USUAL + b"content-length: 3\r\n\r\n{}",
        LINE + USUAL + b"Transfer-Encoding: chunked\r\n\r\n{}",
        LINE + USUAL + b"Expect: 100-continue\r\n\r\n{}",
        LINE + USUAL + b"Upgrade: h2c\r\n\r\n{}",
        LINE + USUAL + b"Connection: close\r\n\r\n{}",
        LINE + USUAL + b"Connection: keep-alive, upgrade\r\n\r\n{}",
        LINE + USUAL + b" folded: line\r\n\r\n{}",
        LINE + USUAL + b"Space : before the colon\r\n\r\n{}",
        LINE + USUAL + b"No colon\r\n\r\n{}",
        LINE + USUAL + b"Bare: line\n\r\n{}",
        LINE + USUAL + b"Bare: return\rX: y\r\n\r\n{}",
        LINE + USUAL + b"Nul: \x00\r\n\r\n{}",
        LINE + USUAL + b"Beyond: \xff\r\n\r\n{}",
        LINE + b"Host: a\r\n\r\n{}",
        LINE + b"Content-Length: +2\r\n\r\n{}",
        LINE + b"Content-Length: 0x2\r\n\r\n{}",
        LINE + b"Content-Length: 2, 2\r\n\r\n{}",
        LINE + b"Content-Length: 1048577\r\n\r\n{}",
        LINE + b"Content-Length: 99999999999\r\n\r\n{}",
        LINE + b"\r\n{}",
        b"POST /intake/v1/messages?x=1 HTTP/1.1\r\n" + USUAL + b"\r\n{}",
        b"POST /intake/v1/messages HTTP/1.0\r\n" + USUAL + b"\r\n{}",
        b"POST http://a/intake/v1/messages HTTP/1.1\r\n" + USUAL + b"\r\n{}",
        b"GET /intake/v1/messages HTTP/1.1\r\n" + USUAL + b"\r\n{}",
        b"\r\n" + LINE + USUAL + b"\r\n{}",
        b"",
    ],
)
def test_whatever_is_not_plain_is_left_to_the_parser(data: bytes) -> None:
    assert head_of(data) is None
