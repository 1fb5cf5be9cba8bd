"""`gongdan try phone`: `{"number": …, "region": …}` on each line becomes `{"e164": …}`, null for what is no number."""

from gongdan.intake.domain.phones import e164
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.json import loads_object
from gongdan.shared.try_out import TryOut


def answer(line: str) -> dict[str, object]:
    """The number of one line. Raises FixInput for a line without a number."""
    asked = loads_object(line.encode(), "line")
    number, region = asked.get("number"), asked.get("region")
    if not isinstance(number, str):
        raise FixInput("no-number", "the line has no number", Complaint("number", "is not text", "write it as text"))
    try:
        return {"e164": e164(number, region if isinstance(region, str) else None)}
    except ValueError as error:
        return {"e164": None, "problem": str(error)}


PHONE = TryOut("Telephone numbers: {number, region} becomes {e164}.", answer)
