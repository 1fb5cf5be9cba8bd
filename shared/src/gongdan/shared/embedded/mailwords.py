"""What the pages of caught mail say, in Chinese and English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What the pages say in one language."""

    title: str
    none: str
    columns: tuple[str, ...]
    unnamed: str
    all: str
    raw: str
    unreadable: str


WORDS = {
    "en": Words(
        title="Caught mail",
        none="No mail was caught yet.",
        columns=("Subject", "From", "To", "Date"),
        unnamed="(no subject)",
        all="All mail",
        raw="Raw",
        unreadable="(the text cannot be shown; see the raw mail)",
    ),
    "zh": Words(
        title="已拦截的邮件",
        none="还没有拦截到邮件。",
        columns=("主题", "发件人", "收件人", "日期"),
        unnamed="（无主题）",
        all="全部邮件",
        raw="原始邮件",
        unreadable="（无法显示正文，请查看原始邮件）",
    ),
}


def language_of(accepted: str) -> str:
    """The first of our languages that an Accept-Language header names; English when it names none."""
    asked = (one.strip()[:2].lower() for one in accepted.split(","))
    return next((one for one in asked if one in WORDS), "en")
