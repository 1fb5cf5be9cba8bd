"""How mail programs announce that history follows: attributions, separators, header blocks, signatures.

Tables only, for Chinese and English first and other languages as far as their words are few. A line longer
than `LONGEST` is prose and none of these.
"""

import re

LONGEST = 400
"""Characters of a line, or of an attribution put together from several lines."""

# "On … wrote:" in its languages: how it begins, how it ends
_BEGINS = re.compile(
    r"^(?:>\s*+)?(?:-{2,}+\s*+)?(?:on|at|le|am|op|el|em|il|in data|w dniu|dnia|den|på|pada|den|tir\.|vào|"
    r"在|于|於|\d|[\w.]{2,12},?\s+\d|[\"“<]?[^\s@]{1,40}@|[^:：]{1,60}<[^\s<>@]{1,64}@)",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"(?:\bwrote|\bwrites|写道|寫道|写到|撰写|a écrit|escribió|escreveu|ha scritto|schrieb[^:]{0,80}|schreef[^:]{0,80}|"
    r"skrev[^:]{0,80}|kirjoitti|napisał(?:\(a\)|a)?|написал(?:\(а\)|а)?|пише|作者|の?書きました|さん)\s*+[:：]?\s*+(?:-{2,})?$",
    re.IGNORECASE,
)
_WHEN = re.compile(r"\d{1,2}[:.时點点]\d{2}|\d{4}[-/年.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\b(?:19|20)\d\d\b")
_WHO = re.compile(r"<[^<>]{0,30}[^\s<>@]{1,64}@[^<>]{1,200}>|\S@\S")
_ENDS_PLAINLY = re.compile(r"[>\])\"”][:：]$")

_SEPARATOR = re.compile(
    r"^[-_=—–*]{2,}+\s*+(?:"
    r"original message|original appointment|forwarded message|forwarded by|begin forwarded message|reply message|"
    r"原始邮件|原始郵件|原始信息|邮件原件|回复的原?邮件|回复的邮件|转发的?邮件(?:信息)?|轉寄的?郵件|轉寄郵件|原郵件|原邮件|"
    r"ursprüngliche (?:nachricht|message)|weitergeleitete nachricht|message (?:d'origine|original|transféré)|"
    r"mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|oprindelig (?:besked|meddelelse)|"
    r"원본 메[시일]지?|"
    r"ursprungligt meddelande|opprinnelig melding|wiadomość oryginalna|исходное сообщение|元のメッセージ"
    r")",
    re.IGNORECASE,
)
_SEPARATOR_BARE = re.compile(
    r"^(?:begin forwarded message|转发邮件|轉寄郵件|以下是转发的邮件|reply above this line|"
    r"请在此(?:行|线)(?:以上|上方)回复)\s*[:：]?$",
    re.IGNORECASE,
)

_LABEL = re.compile(
    r"^(?:>\s*+)?\**+\s*+(?P<label>from|sent|date|to|cc|subject|reply-to|"
    r"发件人|寄件人|寄件者|发送时间|发送日期|寄件日期|传送日期|日期|时间|收件人|收件者|抄送|副本|主题|主旨|標題|标题|"
    r"von|gesendet|datum|an|betreff|de|envoyé(?: le)?|à|a|objet|copie à|enviado(?: el| em)?|para|asunto|assunto|"
    r"da|inviato|oggetto|van|verzonden|aan|onderwerp|fra|sendt|dato|til|emne|från|skickat|till|ämne|"
    r"message du|от|кому|тема|отправлено|差出人|送信日時|宛先|件名)\s*+\**+\s*+[:：]",
    re.IGNORECASE,
)
SENDERS = {
    "from", "发件人", "寄件人", "寄件者", "von", "de", "da", "van", "fra", "från", "от", "差出人", "message du",
}  # fmt: skip

_SENT_BY = re.compile(
    r"^(?:sent from my .{1,50}[^.?!]|get outlook for .{1,60}|"
    r"sent (?:from|with|via|using) (?:the )?(?:outlook|mail|yahoo|proton|samsung|typeapp|bluemail|nine|spark|gmail|"
    r"iphone|ipad|android|windows|mobile|aol|thunderbird)\b.{0,80}|sent (?:from )?a magnificent.{1,60}|"
    r"envoyé (?:de|depuis|à partir de) (?:mon|outlook|mail|yahoo|l.app).{0,80}|"
    r"gesendet (?:von|mit) (?:mein|outlook|mail|der|yahoo).{0,80}|von meinem .{1,40} gesendet|"
    r"enviado (?:desde|de|do) (?:mi|meu|outlook|correo|yahoo).{0,80}|inviato da(?:l mio| outlook| yahoo).{0,80}|"
    r"verzonden (?:vanaf|met|vanuit) (?:mijn|outlook).{0,80}|(?:sendt fra min|skickat från min).{0,80}|"
    r"(?:发自|發自|寄自|发送自|發送自|傳送自).{1,50}|(?:从|從|由|用) ?.{1,30}(?:发送|發送|傳送|寄出)|"
    r"[来來]自我的.{1,30}(?:手机|手機|邮箱|phone|pad).{0,10}"
    r")$",
    re.IGNORECASE,
)
_DASHES = re.compile(r"^(?:--|—{1,10}|––|_{2,5})$")
_RULE = re.compile(r"^(?:[_\-—*]{10,}|={4,})$")


def is_attribution(line: str) -> bool:
    """Whether `line` (maybe put together from several) says who wrote what follows, and when."""
    line = line.strip()
    if len(line) > LONGEST or not _BEGINS.match(line):
        return False
    if _ENDS.search(line[-120:]):
        return bool(_WHEN.search(line) or _WHO.search(line))
    return bool(_ENDS_PLAINLY.search(line) and _WHEN.search(line) and _WHO.search(line))


def may_begin_attribution(line: str) -> bool:
    """A cheap first look at the first line of an attribution."""
    return bool(_BEGINS.match(line.strip()[:LONGEST]))


def may_end_attribution(line: str) -> bool:
    """A cheap first look at its last line."""
    tail = line.rstrip()[-120:]
    return tail.endswith((":", "：", "-")) or bool(_ENDS.search(tail))


def is_separator(line: str) -> bool:
    """Whether everything below is another mail."""
    line = line.strip()
    return len(line) <= LONGEST and bool(_SEPARATOR.match(line) or _SEPARATOR_BARE.match(line))


def label(line: str) -> str:
    """The name of a header field written into the text, in lower case; empty when the line is none."""
    match = _LABEL.match(line.strip()[:LONGEST])
    return match["label"].lower() if match else ""


def is_sent_by(line: str) -> bool:
    """Whether a program or a phone signs for its user."""
    line = line.strip()
    return len(line) <= LONGEST and bool(_SENT_BY.match(line))


def is_dashes(line: str) -> bool:
    """Whether the line opens a signature."""
    return bool(_DASHES.match(line.strip()))


def is_rule(line: str) -> bool:
    """Whether the line is nothing but a long rule."""
    return bool(_RULE.match(line.strip()))
