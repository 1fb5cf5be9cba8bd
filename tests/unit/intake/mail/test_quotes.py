"""What is new in a reply: quotations, separators and signatures of many programs, in Chinese and English first."""

import pytest

from gongdan.intake.domain.mail import quotes, readable

NEW = "The pump is still broken.\nPlease send somebody."

ENDINGS = {
    "gmail": "On Mon, 2 Mar 2026 at 10:20, Support <s@example.com> wrote:\n> Did it help?",
    "gmail wrapped": "On Mon, 2 Mar 2026 at 10:20, The Support Team <\nsupport@example.com> wrote:\n\n> Did it help?",
    "gmail zh": "Support <s@example.com> 于2026年3月2日周一 10:20写道：\n\n> 解决了吗？",
    "apple zh": "> 在 2026年3月2日，上午10:20，Support <s@example.com> 写道：\n> \n> 解决了吗？",
    "apple zh unmarked": "在 2026年3月2日，10:20，Support <s@example.com> 写道：\n\n解决了吗？",
    "netease": 'At 2026-03-02 10:20:30, "Support" <s@example.com> wrote:\n>Did it help?',
    "netease zh": '在 2026-03-02 10:20:30，"Support" <s@example.com> 写道：\n解决了吗？',
    "netease app": "---- 回复的原邮件 ----\n| 发件人 | Support |\n| 日期 | 2026年3月2日 |",
    "qq": '------------------ 原始邮件 ------------------\n发件人: "Support" <s@example.com>;\n发送时间: 2026年3月2日',
    "foxmail": "发件人： Support\n发送时间： 2026-03-02 10:20\n收件人： c@example.com\n主题： 回复：水泵\n\n解决了吗？",
    "outlook zh": "________________________________\n发件人: Support\n发送时间: 2026年3月2日\n收件人: C\n主题: 水泵",
    "outlook": "From: Support <s@example.com>\nSent: Monday, March 2, 2026 10:20\nTo: Customer\nSubject: Pump\n\nText",
    "outlook old": "-----Original Message-----\nFrom: Support\nSent: Monday\n\nDid it help?",
    "forward": "---------- Forwarded message ---------\nFrom: A <a@example.com>\n\nText",
    "traditional": "寄件者: Support <s@example.com>\n寄件日期: 2026年3月2日\n收件者: C\n主旨: 水泵",
    "german": "Am 02.03.2026 um 10:20 schrieb Support <s@example.com>:\n> Hat es geholfen?",
    "french": "Le lun. 2 mars 2026 à 10:20, Support <s@example.com> a écrit :\n> Bien ?",
    "signature": "-- \nA Customer\nExample Ltd.",
    "phone": "Sent from my iPhone",
    "phone zh": "发自我的 iPhone",
    "phone zh and quotation": "发自我的华为手机\n\n-------- 原始邮件 --------\n发件人：Support",
    "quotation only": "> Did it help?\n> Yours, Support",
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS.keys())
def test_history_and_signatures_are_no_part_of_the_reply(ending: str) -> None:
    assert quotes.reply_in(f"{NEW}\n\n{ending}\n") == NEW


@pytest.mark.parametrize(
    "text",
    [
        "On Monday the pump stopped.\nOn Tuesday I wrote:\nnothing happened.",
        "The list:\n- first\n-- second\n-- third\nThank you",
        "从昨天开始我的手机收不到验证码\n请处理",
        "发送验证码以后没有反应\n请处理",
        "Sent by courier yesterday, but it never arrived.\nWhere is it?",
        "Subject: is the field I cannot change.\nPlease help.",
        "Total\n------\n12 EUR\nThank you for your offer.",
        "a -- b",
        "Here it is.\n\nSent from my desk, which is quicker than from my phone.",
        "On 5 May 2026 I wrote:\nplease repair the pump. It is not repaired.",
        "New request:\n\nFrom: Berlin\nTo: Munich\nDate: 5 May 2026\nHow much is it?",
        "Contact form\n\nFrom: A <a@example.com>\nSubject: Pump\nMessage: it leaks\nplease help",
        "We open at 10:20. My colleague wrote:\nplease call him at 12:00.",
        "Log:\n2026-03-02 10:20:30 ERROR user a@example.com:\n  failed to connect\nWhat now?",
        "Steps\n---\n1. open\n2. close\n---\nThanks",
        "Item | Price\n--- | ---\nPump | 10",
        "Cheers\n\nI have another question: where is it?",
        "De: 10 a 12 no funciona.\nPara: mañana lo necesito.",
        "主题：打印机\n日期：2026年3月2日\n地点：三楼\n请派人",
        "发件人填错了怎么办？\n收件人: 我写的是旧地址",
        "Your colleague wrote on Monday that it is fixed:\nit is not.",
        "Hello\nSent from the warehouse on Monday, not arrived.\nPlease check.",
    ],
)
def test_what_only_looks_like_history_stays(text: str) -> None:
    assert quotes.reply_in(text) == text


def test_an_attribution_pulled_up_into_the_last_line_is_no_part_of_it() -> None:
    text = "Yes it works. On Mon, Mar 2, 2026 at 10:20 AM Support Team <s@example.com> wrote:\n> Better?"
    assert quotes.split(text).reply == "Yes it works."


def test_the_rest_of_a_quoted_line_that_was_wrapped_without_a_mark_is_quoted() -> None:
    long = "> Please tell us which of the pumps it is that you have got in your cellar"
    text = f"The red one.\n\nOn 2 Mar 2026, S <s@example.com> wrote:\n{long}\nand since when it leaks\n> Thank you"
    assert quotes.split(text).reply == "The red one."


def test_answers_between_and_below_quotations_are_the_reply_each_with_what_it_answers() -> None:
    text = (
        "On 2 Mar 2026, Support <s@example.com> wrote:\n> Dear customer,\n>\n> Which pump?\n>\nThe red one.\n"
        "> Since when?\n\nSunday.\nAt noon.\n> Yours\n> Support"
    )
    split = quotes.split(text)
    assert split.reply == "> Which pump?\nThe red one.\n> Since when?\n\nSunday.\nAt noon."
    assert split.quoted.endswith("> Dear customer,\n>\n>\n> Yours\n> Support")


def test_an_answer_below_the_whole_quotation_stands_by_itself() -> None:
    text = "On 2 Mar 2026, Support <s@example.com> wrote:\n> Which pump?\n>\n> Since when?\n\nThe red one, Sunday."
    assert quotes.reply_in(text) == "The red one, Sunday."


def test_of_a_long_quotation_above_an_answer_only_the_end_stays_with_it() -> None:
    question = "\n".join(f"> line {number}" for number in range(1, 31))
    kept = quotes.reply_in(f"{question}\nYes.\n> And?\nNo.\n").split("\n")
    assert (kept[0], kept[11:]) == ("> line 19", ["> line 30", "Yes.", "> And?", "No."])


def test_a_signature_may_stand_above_history() -> None:
    text = f"{NEW}\n-- \nA Customer\n\nOn 2 Mar 2026 10:20, Support <s@example.com> wrote:\n> x"
    assert quotes.reply_in(text) == NEW


def test_when_nothing_is_new_everything_is_the_reply() -> None:
    forward = "---------- Forwarded message ---------\nFrom: A <a@example.com>\n\nPlease repair the pump"
    assert quotes.reply_in(forward) == forward


PAGES = {
    "gmail": '<div>New</div><div class="gmail_quote"><div class="gmail_attr">On Mon, 2 Mar 2026 at 10:20 S &lt;'
    '<a href="mailto:s@example.com">s@example.com</a>&gt; wrote:</div><blockquote>Old</blockquote></div>',
    "apple": '<div>New</div><blockquote type="cite"><div>On 2 Mar 2026, at 10:20, S &lt;s@example.com&gt; wrote:</div>'
    "Old</blockquote>",
    "outlook": '<p>New</p><div style="border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> S &lt;s@example.com&gt;<br>'
    "<b>Sent:</b> Monday<br><b>To:</b> C<br><b>Subject:</b> Pump</p></div><p>Old</p>",
    "outlook web": '<div>New</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> S</div>Old',
    "qq": "<div>New</div><includetail></includetail>------------------&nbsp;原始邮件&nbsp;------------------<br>Old",
    "netease": '<div>New</div><div id="isReplyContent">At 2026-03-02 S wrote:<blockquote>Old</blockquote></div>',
    "yahoo": '<div>New</div><div id="ydp1yahoo_quoted_1" class="ydp1yahoo_quoted yahoo_quoted">Old</div>',
    "thunderbird": '<p>New</p><div class="moz-cite-prefix">On 3/2/26 10:20, S wrote:<br></div>'
    '<blockquote type="cite">Old</blockquote>',
    "signature": '<div>New</div><div class="gmail_signature">A Customer</div>',
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_history_in_a_page_is_no_part_of_the_reply(page: str) -> None:
    assert quotes.reply_in_html(f"<html><body>{page}</body></html>") == "New"


def test_a_page_that_is_all_history_is_the_reply() -> None:
    assert quotes.reply_in_html('<div class="yahoo_quoted">Old</div>') == "Old"


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "line", ["--", ">x", "On a 10:20 <a@b> x", "From: a", "Sent from my x", "1:20 2020 " * 39, " " * 390]
)
def test_long_texts_take_linear_time(line: str) -> None:
    assert quotes.reply_in(f"{line}\n" * 2_000) is not None


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>One</p><p>Two<br>lines</p>", "One\n\nTwo\nlines"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ('<a href="https://example.com/x">here</a>', "here <https://example.com/x>"),
        ('<a href="https://example.com/">https://example.com</a>', "https://example.com"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>  keep\n  this</pre>", "  keep\n  this"),
        ("<style>x</style><script>y</script><title>z</title>text", "text"),
        ('<img src="x" alt="a red pump">', "[a red pump]"),
        ("said<blockquote>old<blockquote>older</blockquote></blockquote>new", "said\n\n> old\n>\n> > older\n>\nnew"),
        ("a&nbsp;&lt;b&gt; &amp; c", "a <b> & c"),
        ("", ""),
        ("<!-- only a comment -->", ""),
        ('<div style="color:red; display: none">for lists of mails</div>text', "text"),
        ("just words", "just words"),
    ],
)
def test_pages_become_text_that_reads_well(page: str, text: str) -> None:
    assert readable.to_text(page) == text


def test_elements_nested_beyond_reason_still_give_their_words() -> None:
    assert readable.to_text("<div>" * 100_000 + "words") == "words"
