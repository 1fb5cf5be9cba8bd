"""Public forms as browsers meet them: shown, sent, sent back with what is wrong, thanked for. No script runs here."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from lxml import html

from gongdan.intake.domain.form_guard import zero_bits
from tests.integration.intake.desk import Intake
from tests.kit.files import PNG

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Language": "en"}
CONTACT = "/intake/v1/forms/contact"
ANSWERS = {"email": "a@example.com", "subject": "<b>Printer</b>", "message": "It does\r\nnot print."}
WITH_CARE = {
    "device": {"type": "string", "x-i18n": {"zh": {"title": "设备"}, "en": {"title": "Device <i>"}}},
    "urgent": {"type": "boolean", "x-widget": "checkbox"},
    "downtime": {"type": "number", "x-visible-when": {"field": "urgent", "operator": "=", "value": True}},
    "since": {"type": "string", "format": "date-time"},
    "level": {"type": "string", "enum": ["a", "b"], "x-widget": "radio"},
    "colours": {"x-widget": "multi", "items": {"enum": ["red", "blue"]}},
    "price": {"x-widget": "money", "x-currencies": ["CNY", "EUR"]},
    "stars": {"x-widget": "rating"},
    "photos": {"type": "array", "items": {"type": "string", "format": "file"}, "x-accept": ["image/*"]},
    "parts": {
        "x-widget": "table",
        "items": {"required": ["part"], "properties": {"part": {"type": "string"}, "count": {"type": "integer"}}},
    },
    "margin": {"type": "number", "x-roles": ["admin"]},
    "website": {"type": "string"},
}


async def applied(intake: Intake, **spec: Any) -> str:
    """The address of a form with fields of many kinds."""
    schema = {"type": "object", "additionalProperties": False, "required": ["device", "downtime"],
              "properties": WITH_CARE}  # fmt: skip
    form = {
        "kind": "Form",
        "metadata": {"name": "care", "workspace": "support", "title": {"zh": "报修", "en": "Repair"}},
        "spec": {"schema": schema, "subject": "{device}", **spec},
    }
    zone = {"kind": "Workspace", "metadata": {"name": "support"}, "spec": {"timezone": "Asia/Shanghai"}}
    for document in (zone, form):
        answer = await intake.post("definitions", document)
        assert answer.status_code == 200, answer.text
    return "/intake/v1/forms/care"


async def opened(intake: Intake, path: str, status: int = 200, speaks: str = "en") -> html.HtmlElement:
    """The page at an address."""
    return page_of(await intake.public.get(path, headers=BROWSER | {"Accept-Language": speaks}), status)


def page_of(answer: httpx.Response, status: int) -> html.HtmlElement:
    """A page, under a policy that lets nothing of others run."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    assert (answer.headers["cache-control"], answer.headers["vary"]) == ("no-store", "Accept, Accept-Language")
    return html.fromstring(answer.text)


async def sent(intake: Intake, page: html.HtmlElement, answers: dict[str, Any], **given: Any) -> httpx.Response:
    """The form of a page sent as a browser does, with what is hidden in it."""
    (form,) = page.xpath("//form")
    hidden = {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")}
    return await intake.public.post(form.get("action"), data=hidden | answers, headers=BROWSER, **given)


async def test_a_browser_gets_a_page_and_a_program_gets_json(intake: Intake) -> None:
    page = await opened(intake, CONTACT)
    assert (page.get("lang"), page.xpath("string(//h1)")) == ("en", "Contact us")
    for accept in ("*/*", "application/json", "text/html;q=0.5, application/json", "text/html;q=0"):
        answer = await intake.public.get(CONTACT, headers={"Accept": accept})
        assert answer.headers["content-type"] == "application/json"
    assert (await intake.http.get(CONTACT, headers=BROWSER)).headers["content-type"] == "application/json"


async def test_the_page_speaks_the_language_that_is_asked_for(intake: Intake) -> None:
    chinese = await opened(intake, CONTACT, speaks="zh-CN,zh;q=0.9,en;q=0.8")
    assert (chinese.get("lang"), chinese.xpath("string(//h1)")) == ("zh-CN", "联系我们")
    (other,) = chinese.xpath("//footer/a")
    assert (await opened(intake, other.get("href"))).get("lang") == "en"
    assert (await opened(intake, f"{CONTACT}?lang=zh")).get("lang") == "zh-CN"


async def test_what_is_sent_is_a_message_and_thanked_for_with_its_reference(intake: Intake) -> None:
    page = await opened(intake, CONTACT)
    answer = await sent(intake, page, ANSWERS, files={"file": ("a.png", PNG, "image/png")})
    assert answer.status_code == 303
    thanks = await opened(intake, answer.headers["location"])
    (event,) = await intake.said("MessageReceived")
    assert thanks.xpath("string(//code[text()])") == event["message_id"]
    assert (event["subject"], event["text"]) == ("<b>Printer</b>", "It does\nnot print.")
    assert [file["name"] for file in event["attachments"]] == ["a.png"]


async def test_the_thanks_let_the_page_ask_api_for_the_number_of_the_ticket(intake: Intake) -> None:
    answer = await sent(intake, await opened(intake, CONTACT), ANSWERS)
    thanks = await opened(intake, f"{answer.headers['location']}&lang=zh")
    (place,) = thanks.xpath("//*[@role='status']/*[@hidden]")
    assert place.get("data-receipt") == f"/v1/receipts/{thanks.xpath('string(//code[text()])')}"
    assert place.xpath("string(dt)") == "您的工单"
    (script,) = thanks.xpath("//script/@src")
    files = await intake.public.get(script)
    assert (script, files.status_code) == ("/intake/v1/pages/receipt.js", 200)
    page = await intake.public.get(answer.headers["location"], headers=BROWSER)
    assert "connect-src 'self'" in page.headers["content-security-policy"]


async def test_a_click_too_many_makes_no_second_message_and_a_changed_form_is_asked_about(intake: Intake) -> None:
    page = await opened(intake, CONTACT)
    first, again = [await sent(intake, page, ANSWERS) for _ in range(2)]
    assert first.headers["location"] == again.headers["location"]
    other = page_of(await sent(intake, page, ANSWERS | {"message": "Another."}), 409)
    assert "sent before" in other.xpath("string(//*[@id='faults'])")
    assert (await sent(intake, other, ANSWERS | {"message": "Another."})).status_code == 303
    assert await intake.count("messages") == 2


async def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(intake: Intake) -> None:
    page = await opened(intake, await applied(intake))
    typed = {"urgent": "true", "since": "2026-03-02T09:30", "level": "b", "colours": ["red", "blue"], "stars": "9",
             "price.amount": "5", "price.currency": "EUR", "device": ""}  # fmt: skip
    back = page_of(await sent(intake, page, typed, files={"x": ("", b"", "text/plain")}), 422)
    assert [one.get("href") for one in back.xpath("//*[@id='faults']//a")] == ["#f-device", "#f-downtime", "#f-stars"]
    (device,) = back.xpath("//input[@name='device']")
    assert (device.get("aria-invalid"), device.get("aria-describedby")) == ("true", "e-device")
    assert back.xpath("string(//*[@id='e-device'])") == "Device <i> is missing: fill it in."
    assert back.xpath("//*[@checked]/@value") == ["true", "b", "red", "blue"]
    assert back.xpath("//option[@selected]/@value") == ["EUR"]
    assert back.xpath("string(//input[@name='since']/@value)") == "2026-03-02T09:30"
    assert back.xpath("//*[@id='faults']/@autofocus")


async def test_a_table_is_filled_in_row_by_row(intake: Intake) -> None:
    page = await opened(intake, await applied(intake))
    back = page_of(await sent(intake, page, {"device": "x", "parts.3.count": "2"}), 422)
    assert back.xpath("//*[@id='faults']//a/@href") == ["#f-parts.0.part"]
    assert back.xpath("string(//input[@name='parts.0.count']/@value)") == "2"
    answers = {"device": "x", "parts.0.count": "2", "parts.0.part": "bolt", "parts.1.part": "", "parts.4.part": "nut"}
    assert (await sent(intake, back, answers)).status_code == 303
    (event,) = await intake.said("MessageReceived")
    assert event["fields"]["parts"] == [{"count": 2, "part": "bolt"}, {"part": "nut"}]


async def test_a_local_time_is_of_the_workspaces_time_zone(intake: Intake) -> None:
    page = await opened(intake, await applied(intake))
    answers = {"device": "PRN-7", "since": "2026-03-02T09:30", "price.amount": "5", "price.currency": "EUR"}
    assert (await sent(intake, page, answers)).status_code == 303
    (event,) = await intake.said("MessageReceived")
    assert event["fields"] == {
        "device": "PRN-7", "since": "2026-03-02T09:30:00+08:00", "price": {"amount": 5.0, "currency": "EUR"},
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_everything_on_the_page_has_a_label_and_what_is_not_for_strangers_is_not_there(
    intake: Intake, lang: str
) -> None:
    page = await opened(intake, f"{await applied(intake, guard={'honeypot': 'website'})}?lang={lang}")
    ids = page.xpath("//*/@id")
    assert len(ids) == len(set(ids))
    assert {one for text in page.xpath("//*/@aria-describedby") for one in text.split()} <= set(ids)
    for control in page.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        labels = page.xpath(f"//label[@for='{control.get('id')}']") + control.xpath("ancestor::label")
        assert labels, control.get("name")
    assert page.xpath("//*[@name='margin']") == []
    assert page.xpath("//*[@name='website']/ancestor::*[@aria-hidden='true']")
    assert page.xpath("//*[@data-field='downtime']//input/@required") == []
    assert page.xpath("//*[@data-field='downtime']//input/@data-required")


async def test_a_form_that_asks_for_work_says_so_and_takes_it(intake: Intake) -> None:
    path = await applied(intake, guard={"work": 6})
    page = await opened(intake, path)
    back = page_of(await sent(intake, page, {"device": "x"}), 403)
    assert "allow JavaScript" in back.xpath("string(//*[@id='faults'])")
    assert back.xpath("string(//input[@name='device']/@value)") == "x"
    token = back.xpath("string(//input[@name='_token']/@value)")
    work = next(str(n) for n in range(10_000) if zero_bits(token, str(n)) >= 6)
    assert (await sent(intake, back, {"device": "x", "_work": work})).status_code == 303


async def test_a_form_that_was_open_for_too_long_is_sent_again_with_a_click(intake: Intake) -> None:
    path = await applied(intake, guard={"token": True})
    page = await opened(intake, path)
    intake.clock.move(timedelta(hours=3))
    back = page_of(await sent(intake, page, {"device": "x"}), 403)
    assert "open for too long" in back.xpath("string(//*[@id='faults'])")
    assert (await sent(intake, back, {"device": "x"})).status_code == 303


async def test_a_robot_is_thanked_and_set_aside(intake: Intake) -> None:
    page = await opened(intake, await applied(intake, guard={"honeypot": "website"}))
    answer = await sent(intake, page, {"device": "x", "website": "http://example.com"})
    assert answer.status_code == 303
    await opened(intake, answer.headers["location"])
    assert await intake.count("messages") == 0


async def test_refusals_are_pages_too_in_the_language_of_the_browser(intake: Intake) -> None:
    path = await applied(intake, guard={"per_minute": 1})
    page = await opened(intake, path)
    answers = [await sent(intake, page, {"device": "x"}) for _ in range(2)]
    assert "try again in 60 seconds" in page_of(answers[1], 429).xpath("string(//h1)")
    assert answers[1].headers["retry-after"] == "60"
    missing = await opened(intake, "/intake/v1/forms/nothing?lang=zh", 404)
    assert missing.xpath("string(//h1)") == "没有这个表单"
    assert missing.xpath("//main//a") == []
    await applied(intake, audience="agents")
    assert (await opened(intake, path, 401)).xpath("string(//h1)") == "This form is not public"
    text = await intake.public.post(f"{CONTACT}/submissions", content=b"x", headers=BROWSER)
    assert page_of(text, 415).xpath("string(//h1)") == "This did not work"
    assert await intake.count("messages") == 1


async def test_no_address_leads_elsewhere_and_nothing_given_becomes_markup(intake: Intake) -> None:
    evil = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    page = await opened(intake, f"{CONTACT}?lang={evil}", 200)
    assert page.xpath("//script/@src") == ["/intake/v1/pages/form.js"]
    for address in (f"/intake/v1/forms/{evil}", f"{CONTACT}?workspace={evil}"):
        wrong = await intake.public.get(address, headers=BROWSER)
        assert b"<script>" not in wrong.content
    for message in (evil, "https://example.com", ""):
        answer = await intake.public.get(f"{CONTACT}/submissions?message={message}", headers=BROWSER)
        assert (answer.status_code, answer.headers["location"]) == (303, CONTACT)
    double = await intake.public.get("/intake/v1/forms/%5C%5Cexample.com/submissions", headers=BROWSER)
    assert double.headers["location"] == "/intake/v1/forms/%5C%5Cexample.com"


async def test_the_files_of_the_page_are_there_and_nothing_else_is(intake: Intake) -> None:
    page = await opened(intake, CONTACT)
    names = [*page.xpath("//link[@rel='stylesheet']/@href"), *page.xpath("//script/@src"), "/intake/v1/pages/work.js"]
    for name in names:
        answer = await intake.public.get(name)
        assert (answer.status_code, answer.headers["x-content-type-options"]) == (200, "nosniff")
        tagged = await intake.public.get(name, headers={"If-None-Match": answer.headers["etag"]})
        assert (tagged.status_code, tagged.content) == (304, b"")
    for name in ("form.html", "..%2Fapp.py", "nothing.js"):
        assert (await intake.public.get(f"/intake/v1/pages/{name}")).status_code == 404
