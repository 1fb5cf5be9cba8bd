"""What a bounce says: which addresses could not be reached, and whether for good. Pure, never raises.

First what machines write for machines (RFC 3464), then the text: the addresses that stand alone, then those that a
word points at, then the others. The mail that was returned is not looked at.
Limits: the first `LONGEST` characters of the text and `MOST` addresses.
Source: RFC 3464, RFC 3463; notices of the mail systems that do not follow them.
"""

# ruff: noqa: E501 - a row of a table stays one row

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gongdan.intake.domain.mail import mime
from gongdan.intake.domain.mail.parts import Mail

LONGEST = 16_000
MOST = 50
BEGINNING = 400
"""Characters within which a report says what it is."""
NEAR = 40
"""Characters before an address's "@" that tell what it is there for."""

EXPIRED = "4.4.7"
"""What was tried for as long as it may be is not tried again, though the address may be good."""

_SUCCESS = (b"delivered", b"relayed", b"expanded")
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_FIELD = re.compile(
    r"^(Original-Recipient|Final-Recipient|Action|Status)[ \t]*:[ \t]*(.{0,500}(?:\n[ \t].{0,500}){0,4})",
    re.IGNORECASE | re.MULTILINE,
)
_ACTION = re.compile(rb"^Action[ \t]*:[ \t]*(\w+)", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(
    r"[^\s<>()\[\]\"',;:=@.*：，；、（）【】“”](?:[^\s<>()\[\]\"',;:=@.：，；、（）【】“”]|\.(?!\.)){0,63}(?<!\.)@"
    r"[a-z0-9](?:[a-z0-9\-]|\.(?=[a-z0-9])){0,250}(?![a-z0-9\-]|\.[a-z0-9])",
    re.IGNORECASE,
)
_WHERE_COPY_BEGINS = re.compile(
    r"^[\s\-=*_>#+:.\"]{0,80}(?:(?:this is |here is |below is )?(?:a copy|the (?:body|headers?)|the first \d+ lines?|the text|part|the rest) of (?:the|your)"
    r"(?: original| returned| undelivered)? (?:message|mail|e-?mail)|"
    r"below this line is a copy|(?:the |your )?(?:original|returned|undelivered|unsent|old|rejected|failed) (?:message|mail|e-?mail|headers?)(?: text| body| headers?)?"
    r"(?: follows?| below| as received.{0,30}| is attached.{0,30}| attached)?(?!.{0,60}received at)(?! was)\s?[\s:.\-=*_]{0,80}$|"
    r"(?:message|mail) (?:header|body)s? (?:follows?|suppressed)|unsent message|included is a copy|the message that you sent(?! was| could| has)|"
    r"full headers|header of (?:the|your)|message headers|original mail|original message (?:details|headers)|received: (?:from|by) |return-path: |"
    r"以下是?(?:原|您的原)|原始?(?:邮件|信件|郵件)(?!信息|資訊|资讯|的)|元のメッセージ|---- ?end of)",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"^[\s\"'*•\-\[]{{0,20}}(?:smtp:|mailto:|rfc822;)?(?:\"[^\"]{{0,100}}\"\s?)?<?(?P<address>{_ADDRESS.pattern})>?[\"']?\s{{0,20}}"
    r"(?:[:;,.(\[\]|\-]|\.\.\.|on \w{3}|$)",
    re.IGNORECASE,
)
_POINTED_AT = re.compile(
    r"(?:\b(?:to|addressed,?|recipients?|user|users|address(?:es)?|rcpt to|for|account|mailbox|attempts?|destination|unknown(?: user)?|"
    r"e-?mail|deliver(?:ed)? to|in-?box|cc|5\d\d|receiver|id|name)|smtp|收件人|地址|发送至|發送至|用户|信箱|宛先|邮箱|邮件)"
    rf"[\s\"'<(:：=*\[]{{1,12}}(?P<address>{_ADDRESS.pattern})|"
    rf"<?(?P<before>{_ADDRESS.pattern})>?[\"')\s:,;]{{0,6}}(?:\.\.\.|is |was |does |did |has |user|unknown|not |no such|mailbox|无法|不存在|被|拒)",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(
    r"(?:did not reach|not delivered to|undeliver\w{0,6} to|(?:delivery|delivered) to|deliver to|reach|failed for|failed with|of) the following|"
    r"following (?:e-?mail )?(?:address|recipient|user|destination)|failed recipients?|these recipients|to this address|"
    r"(?:could not|cannot|can't|couldn't|unable to|was not|wasn't able to) (?:be )?(?:deliver\w*|reach|sen[dt])|"
    r"无法(?:投递|送达|发送|到达|传递)|未能(?:送达|投递)|退回|(?:传递|傳遞).{0,8}(?:失败|失敗)|無法(?:傳遞|送達|投遞)|配信できません|送信できません|配信に失敗|반송|"
    r"non (?:può essere|è stato) (?:recapitat|consegnat)|não (?:pôde|pode|foi) (?:ser )?entregue|no se (?:ha podido|pudo) entregar|"
    r"(?:konnte|kann) .{0,60}nicht zugestellt|n'a pas pu être (?:remis|délivré|distribué)|не может быть (?:доставлен|отправлен)",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|hallo|sehr geehrte|guten|bonjour|hola|ciao|您好|你好|尊敬的)\b", re.IGNORECASE
)
_ARRIVED = re.compile(
    r"delivery to these recipients or (?:distribution lists|groups) is complete|(?:was|has been) successfully (?:delivered|relayed)|"
    r"已(?:成功)?(?:完成|送达|投递).{0,20}(?:但|传递通知|回执)",
    re.IGNORECASE,
)
_NAME = re.compile(r"^\s{1,20}([\w.\-]{2,40})\s*(?:\([^()]{3,80}\)\s*)?$")
_EXPANDED = re.compile(rf"\(expanded from:? <?({_ADDRESS.pattern})", re.IGNORECASE)
_NOT_FAILING = re.compile(
    r"contact|assistance|please (?:reply|send|forward|write|mail|e-?mail)|questions?|accepting mail from|postmaster|"
    r"from:|sender|alternat|e\.g\.|subject|message-?id|reply-to|new address|help ?desk|"
    r"mail from|联系|請聯|咨询|客服",
    re.IGNORECASE,
)
_OFFICES = ("postmaster", "mailer-daemon", "abuse", "mailerdaemon", "support", "helpdesk", "noreply", "no-reply")
_DELAYED = re.compile(
    r"not yet been delivered|has not been delivered (?:yet|to)|not been (?:able to be )?delivered yet|warning message|is a warning|"
    r"\b(?:is|has been|have been) (?:delayed|postponed)\b|temporary failure|kept in the queue|delivery (?:is |was )?delayed|will (?:be retried|continue|keep|be attempted|retry|try)|"
    r"continue to (?:try|attempt|be)|still (?:trying|being)|still be retried|keep trying|retr(?:y|ied) for|temporarily|"
    r"we(?:'ll| will) try again|do not need to resend|no action is required|\bqueued\b.{0,40}\bretry|advisory.only|"
    r"(?:稍后|稍後|继续|繼續).{0,12}(?:重试|重試|尝试|嘗試|投递|发送)|暂时无法|暫時無法|延迟投递|投递延迟|延遲傳遞",
    re.IGNORECASE,
)
_FOR_GOOD = re.compile(
    r"permanent|gave up|giv(?:en|ing) up\b(?! and)|not going to try|will not (?:be retried|try|be (?:re)?delivered)|"
    r"(?:final|fatal) (?:error|failure)|(?:returned|being returned) (?:as )?undeliver|no (?:further|more) (?:\w+ ){0,2}attempts|"
    r"(?:could|can) ?not be delivered|undeliverable|failed .{0,20}attempts|in the queue too long|within the allowed",
    re.IGNORECASE,
)
_ENDED = re.compile(r"\bno (?:further|more) (?:\w+ ){0,2}attempts", re.IGNORECASE)
_PENDING = re.compile(
    r"(?:se |lo )?volverá a intentar|seguirá intentando|réessaie(?:ra|rons)|continuera (?:d['’]|à )essayer|nouvelles? tentatives? (?:sera|seront)|"
    r"wird (?:es )?.{0,60}(?:erneut|weiter|weiterhin|noch einmal) (?:versuch|zuzustell)|riproverà|continuerà a (?:prov|tent)|(?:tentará|tentaremos) novamente|continuará tentando|"
    r"blijft (?:het )?proberen|będzie (?:nadal )?próbow|ponowi prób|(?:будет|будут|продолж)\w{0,6} .{0,40}попытк|повторит попытк|"
    r"[将會会]在?.{0,24}(?:重试|重試)|再試行を続け|(?:引き続き|今後も).{0,12}再試行|(?:동안|계속) 다시 시도|"
    r"attempts? (?:will )?continue|will (?:keep trying|retry|try again)|继续尝试|will (?:continue|be retried|be made)|do not (?:need to )?re-?send",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """Addresses (in lower case) that a mail did not reach; `permanent`: it will not be tried again."""

    addresses: tuple[str, ...]
    permanent: bool


def read(mail: Mail, text: str) -> Bounce:
    """What a mail that is known as a bounce says; `text` is what people read in it."""
    said = list(_reported(mail, text)) or [each for report in _attached(mail) for each in _reported(report, "")]
    if said:
        failed = [address for address, permanent in said if permanent]
        return Bounce(_unique(failed or [address for address, _ in said]), bool(failed))
    if _ARRIVED.search(text[:BEGINNING]) or _only_succeeded(mail):
        return Bounce((), permanent=False)
    permanent = _is_permanent(text[:LONGEST])
    named = _ADDRESS.findall(mail.headers.text("x-failed-recipients"))
    ours = {
        each.email for field in ("to", "from", "reply-to", "delivered-to") for each in mail.headers.addresses(field)
    }
    author = next((each.email for each in mail.headers.addresses("from")), "")
    return Bounce(_unique(named) or _told(text[:LONGEST], ours) or _local(text[:LONGEST], author), permanent)


def tells_of_failure(text: str) -> bool:
    """Whether a text begins by saying, without a greeting, that a mail did not reach an address that it names."""
    start = text.lstrip()[:BEGINNING]
    if _GREETING.match(start) or not _INTRODUCED.search(start):
        return False
    return bool(_told(text[:LONGEST], set()))


def _unique(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.lower().rstrip(".") for each in addresses))[:MOST]


def _reported(mail: Mail, text: str) -> Iterator[tuple[str, bool]]:
    """Addresses with what became of them, from the parts that are made for machines, or from a text that has them."""
    contents = [
        part.content[:LONGEST].decode("utf-8", "replace") for part in mail.parts if part.content_type in _REPORTS
    ]
    for content in contents or [text]:
        for fields in _recipients(content[:LONGEST].replace("\r\n", "\n")):
            yield from _outcome(fields)


def _only_succeeded(mail: Mail) -> bool:
    """Whether a report for machines tells of nothing but success."""
    reports = (part.content[:LONGEST].replace(b"\r\n", b"\n") for part in mail.parts if part.content_type in _REPORTS)
    actions = [found.lower() for report in reports for found in _ACTION.findall(report)]
    return bool(actions) and all(each in _SUCCESS for each in actions)


def _attached(mail: Mail) -> Iterator[Mail]:
    """Reports that something on the way wrapped into a mail of its own."""
    for part in mail.parts:
        if part.content_type == "message/rfc822" and b"delivery-status" in part.content[:LONGEST].lower():
            yield mime.parse(part.content)


def _recipients(report: str) -> Iterator[dict[str, str]]:
    """The fields of each recipient; one begins where a field comes again, be there an empty line or not."""
    fields: dict[str, str] = {}
    for name, value in _FIELD.findall(report):
        if name.lower() in fields:
            yield fields
            fields = {}
        fields[name.lower()] = value
    yield fields


def _outcome(fields: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    action, status = fields.get("action", "").strip().lower(), fields.get("status", "").strip()
    if not action.startswith(("fail", "delay")):
        return
    named = (_ADDRESS.findall(fields.get(name, "")) for name in ("original-recipient", "final-recipient"))
    permanent = action.startswith("fail") and (not status.startswith("4") or status == EXPIRED)
    yield from ((address, permanent) for address in next((found for found in named if found), ()))


def _is_permanent(text: str) -> bool:
    if _PENDING.search(text) and not _ENDED.search(text):
        return False
    return not _DELAYED.search(text) or bool(_FOR_GOOD.search(text))


def _told(text: str, ours: set[str]) -> tuple[str, ...]:
    """The addresses that the text is about: rather those below the sentence that says so than all."""
    lines = list(_before_the_copy(text.split("\n")))
    introduced = next((at for at, line in enumerate(lines) if _INTRODUCED.search(line)), 0)
    return _named(lines[introduced:], ours) or _named(lines, ours)


def _local(text: str, author: str) -> tuple[str, ...]:
    """Names of mailboxes alone on a line, which are at the machine that writes."""
    lines = list(_before_the_copy(text.split("\n")))
    introduced = next((at for at, line in enumerate(lines) if _INTRODUCED.search(line)), len(lines))
    names = [found[1] for line in lines[introduced + 1 : introduced + 6] if (found := _NAME.match(line))]
    return _unique(f"{name}@{author.partition('@')[2]}" for name in names) if "@" in author else ()


def _named(lines: Sequence[str], ours: set[str]) -> tuple[str, ...]:
    """The addresses in these lines that have the surest sign that any of them has."""
    alone = [found["address"] for line in lines if (found := _ALONE.match(line)) and _may_fail(found["address"], ours)]
    expanded = [address for line in lines for address in _EXPANDED.findall(line)]
    pointed = [found["address"] or found["before"] for line in lines for found in _tellings(_POINTED_AT, line)]
    others = [found[0] for line in lines for found in _tellings(_ADDRESS, line)]
    for addresses in (alone, pointed, others):
        if left := [each for each in addresses if _may_fail(each, ours)]:
            return _unique([*left, *expanded])
    return ()


def _tellings(pattern: re.Pattern[str], line: str) -> Iterator[re.Match[str]]:
    """Where the pattern is found, other than where the words before it are about somebody who could help."""
    for found in pattern.finditer(line):
        at = line.index("@", found.start())
        if not _NOT_FAILING.search(line[max(0, at - NEAR) : at]):
            yield found


def _may_fail(address: str, ours: set[str]) -> bool:
    """Whether a mail of ours may have gone to the address: none of our own, nor of those who run mail systems."""
    address = address.lower()
    if "." not in address.partition("@")[2]:
        return False
    return address not in ours and address.partition("@")[0] not in _OFFICES


def _before_the_copy(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if _WHERE_COPY_BEGINS.match(line):
            return
        yield line
