"""Bodies as data: what each media type becomes, and that nothing in a body does harm."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.intake.domain import limits, mapping, payload_texts, payloads
from gongdan.intake.domain.mapping_programs import Given, compile_map
from gongdan.shared.definitions.source import Mapping
from gongdan.shared.errors import FixInput

MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nhot\r\n'
    b'--b\r\nContent-Disposition: form-data; name="text"\r\nContent-Type: text/plain; charset=gbk\r\n\r\n\xce\xc2\r\n'
    b'--b\r\nContent-Disposition: form-data; name="log"; filename="a.txt"\r\nContent-Type: text/x\r\n\r\nline'
    b"\r\n--b--\r\n"
)
XML = b"<a:alarm xmlns:a='urn:x' id='7'><host>db</host><host>app</host><note>full <b>disk</b></note><empty/></a:alarm>"


NOTE = {"b": "disk", "#text": "full"}


@pytest.mark.parametrize(
    ("content_type", "body", "data"),
    [
        ("application/json", b'{"a": [1, null]}', {"a": [1, None]}),
        ("application/cloudevents+json; charset=utf-8", b'"x"', "x"),
        ("", b' [1]', [1]),
        ("text/plain", b"plain \xe4\xbd\xa0", "plain 你"),
        ("application/x-www-form-urlencoded", b"a=1&b=&a=%E4%BD%A0", {"a": ["1", "你"], "b": ""}),
        ("application/x-www-form-urlencoded", b"payload=%7B%22a%22%3A1%7D", {"a": 1}),
        ("text/xml", XML, {"alarm": {"@id": "7", "host": ["db", "app"], "note": NOTE, "empty": ""}}),
        ("", b"<a>1</a>", {"a": "1"}),
        ("multipart/form-data; boundary=b", MULTIPART,
         {"text": ["hot", "温"], "log": {"filename": "a.txt", "content_type": "text/x", "size": 4}}),
    ],
)  # fmt: skip
def test_a_body_is_read_by_what_it_says_it_is(content_type: str, body: bytes, data: Any) -> None:
    assert payloads.read(content_type, body).data == data


GB_XML = '<?xml version="1.0" encoding="gb2312"?><a>朱镕基打印机</a>'.encode("gbk")
PLAIN_GB_XML = "<a>打印机</a>".encode("gbk")
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("content_type", "body", "data"),
    [
        (f"{FORM}; charset=gbk", b"a=%B4%F2%D3%A1%BB%FA", {"a": "打印机"}),
        (f"{FORM}; charset=GB2312", "a=打印机".encode("gbk"), {"a": "打印机"}),
        (FORM, b"a=%B4%F2%D3%A1%BB%FA%BB%B5%C1%CB", {"a": "打印机坏了"}),
        (FORM, "a=打印机&b=%E5%9D%8F".encode(), {"a": "打印机", "b": "坏"}),
        ("text/xml", GB_XML, {"a": "朱镕基打印机"}),
        ("text/xml; charset=gbk", PLAIN_GB_XML, {"a": "打印机"}),
        ("text/xml; charset=utf-8", GB_XML[:19] + b'?><a>\xe4\xbd\xa0</a>', {"a": "你"}),
        ("application/json; charset=gbk", '{"a": "打印机"}'.encode("gbk"), {"a": "打印机"}),
        ("application/json", '{"a": "打印机坏了"}'.encode("gbk"), {"a": "打印机坏了"}),
        ("application/json", b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ("application/json", rb'{"a": "cut \ud83d", "b": "\ud83d\ude00", "c": "\\ud83d"}',
         {"a": "cut \ufffd", "b": "😀", "c": "\\ud83d"}),
        ("application/json", rb'{"a": "\ude00\ud83d\ud83d\ude00"}', {"a": "\ufffd\ufffd😀"}),
        ("text/plain; charset=big5", "印表機".encode("big5"), "印表機"),
        ("text/plain; charset=nonsense", "印表機".encode(), "印表機"),
    ],
)  # fmt: skip
def test_a_body_is_read_in_whichever_charset_it_is_written(content_type: str, body: bytes, data: Any) -> None:
    assert payloads.read(content_type, body).data == data


@pytest.mark.parametrize("content_type", ["text/xml; charset=gbk", "text/xml", "text/plain; charset=ascii"])
def test_the_text_of_a_sample_is_written_as_its_partner_writes(content_type: str) -> None:
    text = '<?xml version="1.0" encoding="gb2312"?><a>打印机</a>'
    body = payload_texts.bytes_of(content_type, text)
    assert "打印机" in str(payloads.read(content_type, body).data)


def test_files_of_a_form_are_kept() -> None:
    (file,) = payloads.read("multipart/form-data; boundary=b", MULTIPART).files
    assert (file.filename, file.content_type, file.content) == ("a.txt", "text/x", b"line")


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
EXTERNAL = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b"[" * 100 + b"]" * 100, 422),
        ("application/xml", b"<a><b></a>", 400),
        ("application/xml", ENTITIES, 400),
        ("application/xml", EXTERNAL, 400),
        ("application/xml", b"<a>" * 200 + b"</a>" * 200, 400),
        ("application/x-www-form-urlencoded", b"a=1&" * (limits.PAYLOAD_FIELDS + 1), 400),
        ("multipart/form-data", MULTIPART, 400),
        ("multipart/form-data; boundary=c", MULTIPART, 400),
        ("multipart/form-data; boundary=b", MULTIPART[:-30], 400),
    ],
)
def test_what_is_not_what_it_says_or_too_much_is_refused(content_type: str, body: bytes, status: int) -> None:
    with pytest.raises(FixInput) as refused:
        payloads.read(content_type, body)
    assert refused.value.status == status


def test_multipart_is_the_same_whatever_its_boundary() -> None:
    other = payloads.content_hash("multipart/form-data; boundary=zz", MULTIPART.replace(b"--b", b"--zz"))
    assert payloads.content_hash("multipart/form-data; boundary=b", MULTIPART) == other
    assert payloads.content_hash("multipart/form-data; boundary=b", MULTIPART.replace(b"hot", b"hat")) != other


TYPES = st.sampled_from(["", "application/json", "text/xml", "multipart/form-data; boundary=b", payloads.FORM, "x"])
PIECES = st.lists(
    st.binary(max_size=20)
    | st.sampled_from([b"--b\r\n", b"<a>", b"</a>", b'{"a":', b"}", b"\r\n\r\n", b"a=1&", b"\x00"]),
    max_size=12,
).map(b"".join)
PROGRAMS = compile_map(
    Mapping.model_validate(
        {
            "subject": "body.a",
            "body": {"jmespath": "from_json(body.a).b || to_string(body)"},
            "fields": {"x": {"jmespath": "body.a[].b | sort(@)"}, "y": "body.a.map(i, i + 1)"},
            "severity": "query.s",
        }
    )
)


@given(TYPES, PIECES)
def test_no_body_makes_it_fail_in_another_way(content_type: str, body: bytes) -> None:
    try:
        found = payloads.read(content_type, body)
    except FixInput:
        return
    (message,) = mapping.read(PROGRAMS, Given(found.data, {}, {"s": "high"}, size=len(body)))
    assert message.priority == "high"
