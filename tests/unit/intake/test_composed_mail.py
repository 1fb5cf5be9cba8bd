"""Mails put together again: whatever the fields are, the mail reader finds them."""

import json
from typing import Any
from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from gongdan.intake.domain.composed_mail import AttachedFile, Fields, compose
from gongdan.intake.domain.mail import content, mime
from gongdan.intake.domain.posted_mail import READERS, mails_in
from gongdan.shared.errors import FixInput

TEXT = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40)


@given(TEXT, TEXT, st.lists(st.tuples(TEXT, st.binary(min_size=1, max_size=60)), max_size=3))
def test_what_is_put_in_is_read_again(subject: str, text: str, files: list[tuple[str, bytes]]) -> None:
    attached = [AttachedFile(f"{name}.bin", "application/octet-stream", inner) for name, inner in files]
    headers = [("From", "z@example.com"), ("X-Subject", subject), ("Subject", "s")]
    mail = mime.parse(compose(Fields(headers, text, files=attached)))
    assert mail.headers.text("subject") == "s"
    assert mail.headers.text("x-subject") == subject
    read = content.read(mail)
    assert read.text.strip() == text
    assert [file.content for file in read.files] == [inner for _, inner in files]


@given(st.text(max_size=30), st.text(max_size=60))
def test_no_header_can_bring_another_one_with_it(name: str, value: str) -> None:
    raw = compose(Fields([("From", "z@example.com"), (name, value)], "x"))
    head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert len(head) <= 5
    assert all(b":" in line for line in head)


NAMES = (
    "Type Message content receipt recipients mail destination source action FromFull ToFull Email Headers Name Value "
    "Attachments Content RawEmail envelope to from charsets attachment-info message-headers content-id-map headers"
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["Notification", "{}", "[1]", "a@b", "x: y"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES.split()), inner, max_size=5),
    max_leaves=20,
)


def posted(provider: str, content_type: str, body: bytes) -> bool:
    """Whether it is what the provider posts."""
    try:
        mails_in(provider, content_type, body)
    except FixInput:
        return False
    return True


@given(st.sampled_from(sorted(READERS)), st.dictionaries(st.sampled_from(NAMES.split()), JSON, max_size=8))
def test_no_json_that_is_posted_makes_it_fail_in_another_way(provider: str, data: dict[str, Any]) -> None:
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in data.items()}
    for body in (json.dumps(data), json.dumps({"Type": "Notification", "Message": json.dumps(data)})):
        posted(provider, "application/json", body.encode())
    posted(provider, "application/x-www-form-urlencoded", urlencode(texts).encode())


@given(st.sampled_from(sorted(READERS)), st.binary(max_size=200))
def test_no_bytes_that_are_posted_make_it_fail_in_another_way(provider: str, body: bytes) -> None:
    for content_type in ("", "application/json", "multipart/form-data; boundary=b"):
        posted(provider, content_type, body)
        posted(provider, content_type, b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n' + body)
