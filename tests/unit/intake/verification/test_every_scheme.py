"""What every scheme promises: its partner's requests are genuine, and nothing else is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongdan.intake.domain.payloads import texts
from gongdan.intake.domain.verification.request import Genuine, Refused, Secrets, SignedRequest
from gongdan.intake.domain.webhooks import SCHEMES, verify
from gongdan.shared.definitions.verify import Verify
from tests.kit.partners import PARTNERS, Call, Partner, quoted

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
URL = "https://desk.example.com/intake/v1/hooks/partner"
BODY = b'{"text": "printer on fire \xe6\x89\x93\xe5\x8d\xb0\xe6\x9c\xba", "challenge": 7}'

each_partner = pytest.mark.parametrize("name", PARTNERS)
signing = [name for name, partner in PARTNERS.items() if partner.covers]


def request_of(call: Call, now: datetime = NOW) -> SignedRequest:
    """A call as intake sees it."""
    return SignedRequest(
        body=call.body,
        headers=call.headers,
        method=call.method,
        url=f"{URL}?{quoted(call.query)}" if call.query else URL,
        query=list(call.query.items()),
        form=texts(call.headers.get("content-type", ""), call.body),
        client="127.0.0.1",
        now=now,
    )


def check(partner: Partner, request: SignedRequest, *former: str) -> Genuine:
    """What intake makes of a request; `former` are secrets before the partner's own."""
    secrets = dict(partner.secrets)
    keys = [one.encode() for one in (*former, secrets.get("KEY", "")) if one]
    return verify(
        Verify.model_validate(partner.verify), Secrets(tuple(keys), secrets.get("TOKEN", "").encode()), request
    )


def refused(partner: Partner, request: SignedRequest) -> Refused:
    """Why a request is refused."""
    with pytest.raises(Refused) as found:
        check(partner, request)
    assert found.value.status == 401
    said = str(found.value)
    assert not any(secret in said for secret in partner.secrets.values())
    return found.value


def flipped(content: bytes, bit: int) -> bytes:
    """With one bit changed."""
    at = bit % (len(content) * 8)
    changed = bytearray(content)
    changed[at // 8] ^= 1 << (at % 8)
    return bytes(changed)


def test_there_is_a_partner_for_every_scheme() -> None:
    known = {partner.verify["scheme"] for partner in PARTNERS.values()}
    assert set(SCHEMES) - known == {"sns"}


@each_partner
def test_a_partners_request_is_genuine_and_its_content_is_read(name: str) -> None:
    partner = PARTNERS[name]
    proof = check(partner, request_of(partner.sign(BODY, NOW, URL)))
    assert proof.body in (BODY, partner.sign(BODY, NOW, URL).body)


@pytest.mark.parametrize("name", signing)
@settings(max_examples=60)
@given(bit=st.integers(0, 10**6))
def test_any_changed_bit_of_the_body_is_refused(name: str, bit: int) -> None:
    partner = PARTNERS[name]
    call = partner.sign(BODY, NOW, URL)
    changed = replace(call, body=flipped(call.body, bit))
    if texts(call.headers["content-type"], call.body) == texts(call.headers["content-type"], changed.body) != []:
        return  # two writings of the same form
    if name in ("dingtalk_callback", "wecom") and _same_envelope(name, call, changed):
        return  # around the envelope, and nobody reads it
    refused(partner, request_of(changed))


def _same_envelope(name: str, call: Call, changed: Call) -> bool:
    inner = call.body.split(b"CDATA[")[-1].split(b"]")[0] if name == "wecom" else call.body.split(b'"')[3]
    return inner in changed.body


@pytest.mark.parametrize("name", [name for name in PARTNERS if name not in ("ip_list", "mailgun")])
@settings(max_examples=60)
@given(bit=st.integers(0, 10**6))
def test_any_changed_bit_of_the_proof_is_refused(name: str, bit: int) -> None:
    partner = PARTNERS[name]
    call = partner.sign(BODY, NOW, URL)
    places = call.query if call.signature in call.query else call.headers
    value = flipped(places[call.signature].encode(), bit).decode("latin-1")
    if _same_proof(places[call.signature], value):
        return
    headers = dict(call.headers) | ({} if places is call.query else {call.signature: value})
    query = dict(call.query) | ({call.signature: value} if places is call.query else {})
    refused(partner, request_of(replace(call, headers=headers, query=query)))


def _same_proof(value: str, changed: str) -> bool:
    """Capitals in hex and in first words mean nothing, nor do white space around and Stripe's items of no version."""
    return changed.strip().lower() == value.lower() or changed.split(",v1=")[-1:] == value.split(",v1=")[-1:] != [value]


@pytest.mark.parametrize("name", [name for name in PARTNERS if name not in ("ip_list", "mailgun")])
def test_a_missing_proof_is_named(name: str) -> None:
    partner = PARTNERS[name]
    call = partner.sign(BODY, NOW, URL)
    headers = {key: value for key, value in call.headers.items() if key != call.signature}
    query = {key: value for key, value in call.query.items() if key != call.signature}
    error = refused(partner, request_of(replace(call, headers=headers, query=query)))
    assert error.cause == "missing"
    assert error.complaints[0].field.lower() in (call.signature, "x-hub-signature-256")


TIMED = ["standard_webhooks", "hmac", "stripe", "slack", "feishu", "dingtalk_callback", "wecom", "mailgun", "sendgrid"]


@pytest.mark.parametrize("name", TIMED)
@pytest.mark.parametrize("late", [timedelta(seconds=301), timedelta(seconds=-301)])
def test_a_replay_outside_the_window_is_refused(name: str, late: timedelta) -> None:
    partner = PARTNERS[name]
    call = partner.sign(BODY, NOW, URL)
    check(partner, request_of(call, NOW + timedelta(seconds=300)))
    assert refused(partner, request_of(call, NOW + late)).cause == "outside-window"


@pytest.mark.parametrize("name", [name for name in PARTNERS if name not in ("ip_list", "mtls", "wecom", "sendgrid",
                                  "dingtalk_callback", "standard_webhooks-v1a")])  # fmt: skip
def test_the_new_and_the_former_secret_are_taken_while_one_is_changed(name: str) -> None:
    partner = PARTNERS[name]
    check(partner, request_of(partner.sign(BODY, NOW, URL)), "another-secret")


@pytest.mark.parametrize("name", [name for name in PARTNERS if name != "ip_list"])
def test_an_address_that_is_not_agreed_is_refused_whatever_is_signed(name: str) -> None:
    partner = PARTNERS[name]
    narrow = replace(partner, verify=dict(partner.verify) | {"from": ["192.0.2.0/24"]})
    request = request_of(partner.sign(BODY, NOW, URL))
    assert refused(narrow, request).cause == "wrong-sender"
    check(narrow, replace(request, client="::ffff:192.0.2.7"))


PAIRS = st.dictionaries(
    st.sampled_from(sorted({key for one in PARTNERS.values() for key in one.sign(BODY, NOW, URL).headers})),
    st.text(max_size=60),
    max_size=6,
)


@each_partner
@settings(max_examples=80)
@given(headers=PAIRS, body=st.binary(max_size=80), query=st.text(max_size=60))
def test_nothing_makes_a_check_fail_in_another_way(name: str, headers: dict[str, str], body: bytes, query: str) -> None:
    partner = PARTNERS[name]
    request = SignedRequest(body, headers, url=f"{URL}?{query}", query=parse_qsl(query), client=query, now=NOW)
    with pytest.raises(Refused):
        check(partner, request)
