"""How long it takes to tell the reply from history, for mails that take longest. Run `python -m tests.bench.replies`.

CPU seconds for a text of 1 MB, and how many times as long as one of 0.25 MB it takes: about 4 where time is linear.
"""

import time
from collections.abc import Callable

from gongdan.intake.domain.mail import quotes

LINES = (
    "> a line that somebody quoted, as long as most of them are",
    "a line of a long answer that ends with a colon:",
    "On Mon, 2 Mar 2026 at 10:20, Support <support@example.com>",
    "2 Mar 2026 10:20 <support@example.com>",
    "From: Support <support@example.com>",
    "Sent from my phone",
    "Best regards",
    "--",
    "1:20 2020 " * 39,
)
SMALL, LARGE = 250_000, 1_000_000


def seconds(read: Callable[[str], object], text: str) -> float:
    """CPU time of one reading, the median of three."""
    found = []
    for _ in range(3):
        began = time.process_time()
        read(text)
        found.append(time.process_time() - began)
    return sorted(found)[1]


def main() -> None:
    """One line for each kind of line, plain and in a page."""
    for line in LINES:
        for name, read, end in (("plain", quotes.split, "\n"), ("html", quotes.split_html, "<br>\n")):
            small, large = (seconds(read, (line + end) * (size // len(line + end))) for size in (SMALL, LARGE))
            print(f"{name:6}{line[:40]!r:44}{large:6.2f} s CPU for 1 MB, {large / small:4.1f} times 0.25 MB")


if __name__ == "__main__":
    main()
