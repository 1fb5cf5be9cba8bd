"""`gongdan try signature`: each line describes a request and the secret it should be signed with; is it genuine?

`{"scheme": …, "secret": …, "body": …, "signature": …, "timestamp": …, "id": …, "headers": {…}, "now": …}` becomes
`{"valid": …, "reason": …}`, with `plaintext` where the content was sealed. Without `now` nobody asks how old it is.
What else each scheme looks at is in `vector_schemes`.
"""

from gongdan.intake.domain.verification import feishu
from gongdan.intake.domain.verification.dingtalk import opened
from gongdan.intake.domain.verification.request import Genuine, Refused
from gongdan.intake.domain.webhooks import verify
from gongdan.intake.try_outs.vector_parts import Case
from gongdan.intake.try_outs.vector_schemes import case_of
from gongdan.intake.try_outs.vectors import Vector
from gongdan.shared.errors import FixInput
from gongdan.shared.json import loads_object
from gongdan.shared.try_out import TryOut


def answer(line: str) -> dict[str, object]:
    """What intake would say to one request; never raises."""
    try:
        case = case_of(Vector.of(loads_object(line.encode("utf-8", "replace"), "line")))
        proof = _opened(case) if case.sealed_only else verify(case.rule, case.secrets, case.request)
    except Refused as error:
        complaint = error.complaints[0]
        return {"valid": False, "reason": f"{complaint.field} {complaint.problem}: {complaint.cure}"}
    except (FixInput, ValueError) as error:
        return {"valid": False, "reason": str(error)}
    answered: dict[str, object] = {"valid": True, "reason": "the proof holds"}
    if proof.body != case.request.body:
        answered["plaintext"] = proof.body.decode("utf-8", "replace")
    return answered


def _opened(case: Case) -> Genuine:
    """A sealed content without any signature: whether it can be opened is all there is to ask."""
    sealed = case.sealed_only or ""
    if case.rule.scheme == "feishu":
        return Genuine(feishu.opened(next(iter(case.secrets.keys), b""), sealed))
    return opened(case.rule, case.secrets, sealed, "encrypt")


SIGNATURE = TryOut("Signatures of webhooks: {scheme, secret, body, signature, …} becomes {valid, reason}.", answer)
