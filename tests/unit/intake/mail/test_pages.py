"""Pages that are safe to show: images from the mail itself are shown, those from elsewhere wait to be asked for."""

import pytest

from gongdan.intake.domain.mail import pages

FILES = {"logo@example.com": "d" * 64, "name with space.png": "e" * 64}
HERE = f'<img src="/v1/attachments/{"d" * 64}">'


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("cid:logo@example.com", HERE),
        ("CID:logo@example.com", HERE),
        ("cid:logo%40example.com", HERE),
        ("logo@example.com", HERE),
        ("cid:other@example.com", "<img>"),
        ("https://example.com/pixel.gif", '<img data-remote-src="https://example.com/pixel.gif">'),
        ("//example.com/pixel.gif", '<img data-remote-src="//example.com/pixel.gif">'),
        ("HTTP://example.com/a?b&amp;c", '<img data-remote-src="HTTP://example.com/a?b&amp;c">'),
        ("javascript:alert(1)", "<img>"),
        ("data:text/html,x", "<img>"),
        ("/v1/tickets", "<img>"),
    ],
)
def test_an_image_is_shown_where_it_came_with_the_mail(source: str, shown: str) -> None:
    assert pages.safe(f'<img src="{source}">', FILES) == shown


@pytest.mark.parametrize(
    ("page", "safe"),
    [
        ("<script>alert(1)</script>a", "a"),
        ('<p onclick="x()" style="background:url(https://example.com)">a</p>', "<p>a</p>"),
        ('<body background="https://example.com/a.png">a</body>', "a"),
        ('<img srcset="https://example.com/a.png 2x" alt="a">', '<img alt="a">'),
        ("<form action=https://example.com><input name=a>b</form>", "b"),
        ("<iframe src=https://example.com></iframe>a", "a"),
        ('<svg><image href="https://example.com/a.png"/></svg>a', "a"),
        ("<link rel=stylesheet href=https://example.com/a.css>a", "a"),
        ('<video poster="https://example.com/a.png" src="https://example.com/b"></video>a', "a"),
        ('<input type=image src="https://example.com/a.png">a', "a"),
        ('<a href="https://example.com/">a</a>', '<a href="https://example.com/" rel="noopener noreferrer">a</a>'),
        ('<a href="data:text/html,x">a</a>', '<a rel="noopener noreferrer">a</a>'),
    ],
)
def test_nothing_runs_and_nothing_is_fetched(page: str, safe: str) -> None:
    assert pages.safe(page, FILES) == safe


def test_an_attribute_that_looks_like_an_image_is_none() -> None:
    shown = pages.safe("""<a title='<img src="https://example.com/a.png">'>a</a>""", FILES)
    assert shown is not None
    assert "data-remote-src" not in shown
    assert "&quot;https://example.com/a.png&quot;" in shown


def test_a_page_that_is_empty_too_long_or_too_deep_is_none() -> None:
    assert pages.safe(" ", FILES) is None
    assert pages.safe("x" * (pages.LONGEST + 1), FILES) is None
    assert pages.safe("<div>" * 1_000, FILES) is None
