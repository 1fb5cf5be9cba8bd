"""What few programs write around history, and what only looks like it."""

# ruff: noqa: E501 - a row of a table stays one row

import pytest

from gongdan.intake.domain.mail import quotes

NEW = "It still leaks, 3 litres a day."
HEADER = "From: Support <support@example.com>\nDate: Mon, 2 Mar 2026 10:20\nSubject: Pump"

ENDINGS = {
    "address between brackets of its own": "On Mon, Mar 2, 2026 at 10:20 AM Support\n\n<\nmailto:Support <support@example.com>\n> wrote:\nOld",
    "directions of writing": "\u202bבתאריך 2 במרץ 2026 ב-10:20 מאת \u202aתמיכה\u202c\u200f <\u202asupport@example.com\u202c\u200f>:\u202c\n\n> Old",
    "name before the date": "Der Kundendienst schrieb am 02.03.2026 um 10:20:\n> Old",
    "no verb that is known": "Вы писали 2 марта 2026 г., 10:20:30:\n\n> Old",
    "date in parentheses": "サポート さんは書きました (2026/03/02 10:20):\n> Old",
    "words between rules above a header": f"---- Xyz qwert ----\n{HEADER}\n\nOld",
    "header on one line": "From: Support <support@example.com> Sent: Monday, March 2, 2026 10:20 To: A Customer Subject: Pump\n\nOld",
    "header without a sender": "Date: Mon, 2 Mar 2026 10:20:30 +0100\nTo: customer@example.com\n\nOld",
    "groupwise": ">>> Support <support@example.com> 3/2/2026 10:20 AM >>>\nOld",
    "line to answer above": "##- Please type your reply above this line -##\n\nOld",
    "line to answer above in German": "-- Bitte antworten Sie oberhalb dieser Linie --\n\nOld",
}

SIGNATURES = {
    "rule above a card": "______________________\nA Customer\nExample Ltd.\nTel: +49 30 1234567",
    "rules around a card": "━━━━━━━━━━━━\n株式会社ポンプ\n山田\nTEL: 03-1234-5678\n━━━━━━━━━━━━",
    "list": "_______________________________________________\npumps mailing list\npumps@lists.example.com",
    "bold closing": "*Kind regards,*\n\n*A Customer*",
    "wish in Chinese": "祝您生活愉快\n王经理",
    "phone of any maker": "从小米手机发来",
    "mail program of any maker": "发自139邮箱客户端",
    "phone in Korean": "삼성 휴대전화에서 보냄",
    "scanner": "Virus-free.www.example.com <https://www.example.com/x>",
}

WHOLE = (
    "Visit us:\n>>> >>>  https://example.com <<<\nor call.",
    ">> important <<\nread this please",
    "Feedback below, please.\n\n------------ Enter Feedback Below ------------\n\nThe pump runs and runs.",
    "New request\n----------------\nName: A Customer\nE-mail: customer@example.com\nTel: 030 1234567",
    "The terms:\n----------------\nThis is what we agreed upon, see https://example.com/terms and say whether it is still what you mean?",
    "发自内心地感谢你们的帮助。",
    "祝贺你们\n泵修好了",
    "Please call on 2 March 2026 at 10:20:\n+49 30 1234567",
)


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS.keys())
def test_rare_announcements_end_the_reply(ending: str) -> None:
    split = quotes.split(f"{NEW}\n\n{ending}\n")
    assert split.reply == NEW
    assert "Old" in split.quoted


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_rare_signatures_are_kept_apart(signature: str) -> None:
    assert quotes.reply_in(f"{NEW}\n\n{signature}\n") == NEW


@pytest.mark.parametrize("text", WHOLE)
def test_what_only_looks_like_history_or_a_signature_stays(text: str) -> None:
    assert quotes.reply_in(text) == text


def test_dashes_before_an_attribution_on_the_same_line_go_with_it() -> None:
    assert quotes.reply_in("so-so - ok--- On Mon, Mar 2, 2026 at 10:20 AM, s@example.com wrote:\n> Old") == "so-so - ok"


@pytest.mark.parametrize(
    "wrapped", ["(https://example.com/x) >", "> View it (https://example.com/action\n_nonce=3dd518)"]
)
def test_links_that_a_program_wrapped_belong_to_the_quotation(wrapped: str) -> None:
    text = f"{NEW}\n\nOn Mon, Mar 2, 2026 at 10:20 AM, S wrote:\n\n> Old\n{wrapped}\n> older"
    assert quotes.reply_in(text) == NEW


@pytest.mark.parametrize("mark", ["front-signature", "missive_signature", "bloop_sign", "email-signature"])
def test_signatures_that_other_programs_mark_are_kept_apart(mark: str) -> None:
    assert quotes.reply_in_html(f'<div>New</div><div class="{mark}">A Customer</div>') == "New"


def test_an_attribution_above_a_marked_quotation_goes_with_it() -> None:
    page = '<div>New</div><div>2. März 2026, 10:20 von s@example.com:</div><blockquote class="tutanota_quote">Old</blockquote>'
    assert quotes.reply_in_html(page) == "New"
