"""History and signatures in HTML, by the structure that mail programs give them."""

# ruff: noqa: E501 - a row of a table stays one row

import pytest

from gongdan.intake.domain.mail import quotes

OUTLOOK = (
    "<p class=MsoNormal>New</p><div><div style='{style}'><p class=MsoNormal><b>From:</b> S &lt;s@example.com&gt;<br>"
    "<b>Sent:</b> Monday<br><b>To:</b> C<br><b>Subject:</b> Pump</p></div></div><p class=MsoNormal>Old</p>"
)

PAGES = {
    "gmail": '<div dir="ltr">New</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon S &lt;'
    '<a href="mailto:s@example.com">s@example.com</a>&gt; wrote:<br></div><blockquote class="gmail_quote">Old</blockquote></div>',
    "gmail in a language unheard of": '<div>New</div><div class="gmail_quote"><div class="gmail_attr">Xyz S qwert:</div>'
    "<blockquote>Old</blockquote></div>",
    "gmail forward": '<div>New</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>'
    "Von: S &lt;s@example.com&gt;<br>Date: Mon<br></div><p>Old</p></div>",
    "outlook 2013": OUTLOOK.format(style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"),
    "outlook 2010": OUTLOOK.format(style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0in 0in 0in"),
    "windows mail": OUTLOOK.format(
        style="padding-top: 5px; border-top-color: rgb(229, 229, 229); border-top-style: solid"
    ),
    "outlook web": '<div>New</div><div id="appendonsend"></div><hr tabindex="-1"><div id="divRplyFwdMsg"><b>From:</b> S</div>Old',
    "outlook web quoted again": '<div>New</div><div id="x_divRplyFwdMsg"><b>From:</b> S</div><div>Old</div>',
    "outlook mac": '<div>New</div><span id="OLK_SRC_BODY_SECTION"><div>From: S</div>Old</span>',
    "outlook mobile": '<div>New</div><div class="ms-outlook-mobile-reference-message">From: S<br>Old</div>',
    "outlook 2003": "<p>New</p><hr size=2 width='100%'><p><b>From:</b> S [mailto:s@example.com]<br><b>Sent:</b> Mon<br>"
    "<b>To:</b> C<br><b>Subject:</b> x</p><p>Old</p>",
    "apple": '<div>New</div><div><br><blockquote type="cite"><div>On 2 Mar 2026, at 10:20, S &lt;s@example.com&gt; wrote:</div>'
    "<br><div>Old</div></blockquote></div>",
    "thunderbird": '<p>New</p><div class="moz-cite-prefix">Am 02.03.26 um 10:20 schrieb S:<br></div>'
    '<blockquote type="cite" cite="mid:1@example.com">Old</blockquote>',
    "thunderbird forward": '<p>New</p><div class="moz-forward-container">-------- Forwarded Message --------<table>'
    "<tr><th>Subject: </th><td>x</td></tr></table>Old</div>",
    "yahoo": '<div>New</div><div id="ydp1yahoo_quoted_1" class="ydp1yahoo_quoted yahoo_quoted"><div>On Mon, S wrote:</div>Old</div>',
    "qq": '<div>New</div><div><includetail><div>&nbsp;</div><div style="font:x">------------------&nbsp;原始邮件&nbsp;------------------'
    '</div><div style="background:#efefef"><div><b>发件人:</b>&nbsp;"S"&lt;s@example.com&gt;;</div></div>Old</includetail></div>',
    "qq without a mark": '<div>新的</div><div style="font-size:12px">------------------ 原始邮件 ------------------</div>Old',
    "foxmail": '<div>New</div><blockquote style="margin-top:0px"><div>&nbsp;</div><div style="border:none;border-top:solid #B5C4DF '
    '1.0pt;padding:3.0pt 0cm 0cm 0cm"><div><b>发件人：</b>S</div><div><b>发送时间：</b>2026-03-02</div></div><div>Old</div></blockquote>',
    "foxmail signature": '<div>New</div><hr id="FMSigSeparator" style="width:210px"><div>Name</div>'
    '<div id="isForwardContent"><b>发件人：</b>S</div>Old',
    "netease": '<div>New</div><div style="position:relative;zoom:1"></div><div id="isReplyContent"><p>At 2026-03-02 10:20:30, "S"'
    " &lt;s@example.com&gt; wrote:</p><blockquote>Old</blockquote></div>",
    "netease app": '<div>New</div><div class="ntes-mailmaster-quote" style="x"><div>---- 回复的原邮件 ----</div>Old</div>',
    "aliyun": '<div class="__aliyun_email_body_block"><div>New</div><blockquote><div>-----------------------------------------'
    "-------------------------</div><div>发件人：S &lt;s@example.com&gt;</div><div>日　期：2026年</div>Old</blockquote></div>",
    "lark": '<div>New</div><div class="history-quote-wrapper"><div>From: S</div>Old</div>',
    "zimbra": '<div>New</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>From: </b>S</div>Old',
    "proton": '<div>New</div><div class="protonmail_quote">On Monday S wrote:<blockquote>Old</blockquote></div>',
    "zoho": '<div>New</div><div class="zmail_extra"><div>---- On Mon S wrote ---</div>Old</div>',
    "plain words in a page": "<div>New<br><br>On Mon, 2 Mar 2026 at 10:20, S &lt;s@example.com&gt; wrote:<br>Old</div>",
    "mail.ru": "<p>New</p><blockquote style='border-left:1px solid #0857A6'>Понедельник, 2 марта 2026: Old</blockquote>",
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_history_is_told_from_what_is_new(page: str) -> None:
    split = quotes.split_html(f"<html><body>{page}</body></html>")
    assert split.reply in ("New", "新的")
    assert "Old" in split.quoted
    assert "Old" not in split.signature


SIGNED = {
    "gmail": '<div>New</div><div>-- <br></div><div class="gmail_signature" data-smartmail="gmail_signature">A Customer</div>',
    "thunderbird": '<p>New</p><pre class="moz-signature">-- \nA Customer</pre>',
    "apple": '<div>New</div><div id="AppleMailSignature">A Customer</div>',
    "outlook mobile": '<div>New</div><div id="ms-outlook-mobile-signature">A Customer</div>',
    "netease": '<div>New</div><div id="ntes-pcmail-signature">A Customer</div>',
    "in the text": "<div>New</div><div>-- </div><div>A Customer</div>",
    "phone": "<div>New</div><div><br></div><div>发自我的iPhone A Customer</div>",
}


@pytest.mark.parametrize("page", SIGNED.values(), ids=SIGNED.keys())
def test_signatures_are_kept_apart(page: str) -> None:
    split = quotes.split_html(f"{page}<blockquote>Old</blockquote>")
    assert split.reply == "New"
    assert "A Customer" in split.signature
    assert split.quoted.endswith("> Old")


def test_answers_between_quoted_paragraphs_are_kept_in_order() -> None:
    page = (
        '<div class="gmail_attr">On Mon S wrote:</div><blockquote>Which pump?</blockquote><div>The red one.</div>'
        "<blockquote>Since when?</blockquote><div>Sunday.</div>"
    )
    assert quotes.split_html(page).reply == "> Which pump?\n\nThe red one.\n\n> Since when?\n\nSunday."


def test_an_indented_paragraph_is_no_quotation() -> None:
    page = (
        '<div>New:</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>and more</div></blockquote>'
    )
    assert quotes.split_html(page) == quotes.Split("New:\nand more")


def test_a_page_that_holds_the_marks_themselves_is_read_like_any_other() -> None:
    assert quotes.split_html("<p>a\ufdd0b\ufdd3c</p>").reply == "abc"
