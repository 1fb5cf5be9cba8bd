"""Files as forms send them."""

from io import BytesIO

from gongdan.intake.domain.filled import GivenFile, given_file

PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)
PDF = b"%PDF-1.7\n%nothing"
PROGRAM = b"\x7fELF\x02\x01\x01" + bytes(60)


def sent_file(field: str, name: str, content_type: str | None, content: bytes) -> GivenFile:
    """A file in a form's field."""
    return given_file(field, name, content_type, BytesIO(content), content[:4_096], len(content))
