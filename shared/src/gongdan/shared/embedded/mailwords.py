"""What the pages of caught mail say, in Chinese and English."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What the pages say in one language."""

    title: str
    meaning: str
    only: str
    none: str
    nothing: str
    columns: tuple[str, ...]
    unnamed: str
    all: str
    raw: str
    unreadable: str


WORDS = {
    "en": Words(
        title="Caught mail",
        meaning="What Gongdan sends is caught here, newest first; nothing leaves this machine.",
        only="Only to this address",
        none="No mail was caught yet. Whoever opens a ticket gets an acknowledgement: send a message, and look.",
        nothing="No mail to this address was caught.",
        columns=("Subject", "From", "To", "Date"),
        unnamed="(no subject)",
        all="All mail",
        raw="Raw",
        unreadable="(the text cannot be shown; see the raw mail)",
    ),
    "zh": Words(
        title="已拦截的邮件",
        meaning="系统发出的邮件都在这里，最新的在前；没有任何邮件会离开这台机器。",
        only="只看发给此地址的邮件",
        none="还没有拦截到邮件。新工单的请求人会收到确认邮件：发来一条消息，再看这里。",
        nothing="没有发给此地址的邮件。",
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
