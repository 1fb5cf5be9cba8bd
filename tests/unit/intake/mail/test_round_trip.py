"""Whatever mail the standard library writes, of any structure, character set and encoding, is read as it was meant."""

from email.header import Header
from email.message import EmailMessage

from hypothesis import given, settings
from hypothesis import strategies as st

from gongdan.intake.domain.mail import content, mime
from gongdan.intake.domain.mail.addresses import Address
from gongdan.intake.domain.mail.parts import Part

CHARACTERS = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="\ufeff\ufffd")
WORDS = st.lists(st.text(CHARACTERS, min_size=1, max_size=12), min_size=1, max_size=6).map(" ".join)
CHINESE = st.text("工单系统水泵停了请尽快派人维修谢谢镕喆", min_size=1, max_size=40)
TEXTS = st.lists(WORDS, min_size=1, max_size=5).map("\n".join)
SETS = st.sampled_from(["gb2312", "gbk", "gb18030", "utf-8"])
NAMES = st.text("abcßé工单 .-()'&%=;,+", min_size=1, max_size=60).map(lambda name: f"a{name.strip(' .')}.bin")
FILES = st.lists(st.tuples(NAMES, st.binary(max_size=300)), max_size=4)
ENCODINGS = st.sampled_from(["base64", "quoted-printable", "8bit"])


def parts(message: EmailMessage) -> tuple[Part, ...]:
    """The parts of what the standard library writes."""
    return mime.parse(message.as_bytes()).parts


@settings(max_examples=60)
@given(TEXTS, ENCODINGS, FILES)
def test_text_and_files_come_through(text: str, encoding: str, files: list[tuple[str, bytes]]) -> None:
    message = EmailMessage()
    message["From"] = "a@example.com"
    message.set_content(text, cte=encoding)
    for name, body in files:
        message.add_attachment(body, maintype="application", subtype="x-any", filename=name)
    found = content.read(mime.parse(message.as_bytes()))
    assert found.text == text
    assert [(each.name, each.content) for each in found.files] == files


@settings(max_examples=50)
@given(WORDS, WORDS)
def test_subjects_and_names_come_through(subject: str, name: str) -> None:
    written = f"Subject: {Header(subject, 'utf-8').encode()}\nTo: {Header(name, 'utf-8').encode()} <a@example.com>\n\n"
    found = mime.parse(written.encode()).headers
    assert found.text("subject") == subject
    assert found.addresses("to") == (Address(name.strip("'\" ,;"), "a@example.com"),)


@settings(max_examples=60)
@given(CHINESE, SETS)
def test_chinese_comes_through_in_any_of_its_sets(text: str, name: str) -> None:
    body = text.encode("gb18030" if name.startswith("gb") else name)
    raw = f"Content-Type: text/plain; charset={name}\n\n".encode() + body
    assert content.read(mime.parse(raw)).text == text


@settings(max_examples=60)
@given(st.recursive(st.just("leaf"), lambda inner: st.lists(inner, min_size=1, max_size=3), max_leaves=12))
def test_any_tree_of_parts_keeps_its_leaves_in_their_order(tree: object) -> None:
    leaves: list[str] = []

    def build(node: object) -> EmailMessage:
        message = EmailMessage()
        if isinstance(node, list):
            message.make_mixed()
            for child in node:
                message.attach(build(child))
        else:
            leaves.append(f"leaf {len(leaves)}")
            message.set_content(leaves[-1])
        return message

    built = build(tree)
    assert [part.text().strip() for part in parts(built)] == leaves
