"""`gongdan try reply`: `{"input": …, "kind": "plain" | "html"}` on each line becomes `{"text": …}`, what is new in it.

Signatures are left out like quoted history. `kind` may be left out: the input is then plain text.
"""

from gongdan.intake.domain.mail import quotes
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.json import loads_object
from gongdan.shared.try_out import TryOut

READERS = {"plain": quotes.reply_in, "html": quotes.reply_in_html}


def answer(line: str) -> dict[str, object]:
    """The reply in the text or page of one line. Raises FixInput for a line without one."""
    asked = loads_object(line.encode("utf-8", "surrogateescape"), "line")
    text, kind = asked.get("input"), asked.get("kind", "plain")
    if not isinstance(text, str):
        raise FixInput("no-input", "the line has no input", Complaint("input", "is not text", "write it as text"))
    if not isinstance(kind, str) or kind not in READERS:
        complaint = Complaint("kind", f"is {kind!r}, which is not known", "say plain or html")
        raise FixInput("unknown-kind", "the line says no known kind of text", complaint)
    return {"text": READERS[kind](text)}


REPLY = TryOut("Replies: {input, kind: plain or html} becomes {text}, without quoted history and signature.", answer)
