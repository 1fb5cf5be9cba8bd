"""Lines after which all is another mail: "-----Original Message-----" and "Forwarded message" in many languages.

Tables only. Limit: a line longer than `LONGEST` is none of these.
"""

# ruff: noqa: E501 - a row of a table stays one row

import re

from gongdan.intake.domain.mail.letters import lowered

LONGEST = 400
TITLE = 60
"""Characters of a line that is nothing but the name of another mail."""

_ORIGINAL = (
    r"original message|original appointment|original e-?mail|reply message|reply email|message original|"
    r"原始邮件|原始郵件|原始信件|原始信息|原邮件|原郵件|邮件原件|回复的原?邮件|回复邮件|回覆郵件|"
    r"ursprüngliche (?:nachricht|message|mail|e-mail)|original[- ]?nachricht|antwort nachricht|"
    r"message d['’]origine|message initial|mensaje original|mensagem original|messaggio originale|missatge original|"
    r"oorspronkelijk bericht|oorspronkelijke? (?:bericht|e-?mail)|oprindelig (?:besked|meddelelse|mail)|"
    r"ursprungligt? meddelande|originalmeddelande|opprinnelig melding|opprinnelig e-?post|alkuperäinen viesti|"
    r"wiadomość oryginalna|oryginalna wiadomość|původní (?:zpráva|e-mail)|pôvodná správa|eredeti üzenet|"
    r"orijinal (?:mesaj|ileti)|özgün (?:mesaj|ileti)|исходное сообщение|исходное письмо|оригинальное сообщение|оригінальне повідомлення|"
    r"mesajul original|mesaj original|αρχικό μήνυμα|元のメッセージ|original message|원본 ?(?:메일|메시지|이메일)|"
    r"tin nhắn gốc|thư gốc|pesan asli|הודעה מקורית|الرسالة الأصلية|izvorna poruka|originalna poruka"
)
_FORWARDED = (
    r"forwarded message|forwarded by|forwarded mail|forwarded e-?mail|forward(?:ed)? header|begin forwarded message|"
    r"start of forwarded message|转发的?(?:邮件|信息|郵件)(?:信息)?|轉寄的?(?:郵件|訊息|信件)|轉發的?(?:郵件|訊息)|"
    r"weitergeleitete (?:nachricht|e-?mail|mail)|anfang der weitergeleiteten (?:nachricht|e-?mail)|"
    r"message (?:transféré|transmis|réexpédié)|début du message (?:transféré|réexpédié)|"
    r"mensaje reenviado|inicio del mensaje reenviado|mensagem (?:encaminhada|reencaminhada)|início da mensagem "
    r"(?:encaminhada|reencaminhada)|messaggio inoltrato|inizio messaggio inoltrato|missatge reenviat|"
    r"doorgestuurd bericht|begin doorgestuurd bericht|videresendt (?:besked|meddelelse|melding|e-?post)|"
    r"start på videresendt besked|vidarebefordrat meddelande|välitetty viesti|edelleenlähetetty viesti|"
    r"wiadomość przekazana|przekazana wiadomość|treść przekazanej wiadomości|přeposlaná zpráva|přeposlaný e-mail|"
    r"preposlaná správa|továbbított üzenet|iletilmiş mesaj|iletilen mesaj|yönlendirilen (?:mesaj|ileti)|"
    r"пересылаемое сообщение|пересланное сообщение|переслане повідомлення|начало переадресованного сообщения|"
    r"mesaj redirecționat|προωθημένο μήνυμα|転送(?:された)?メッセージ|転送メール|전달된 ?(?:메일|메시지|이메일)|"
    r"tin nhắn được chuyển tiếp|pesan terusan|הודעה שהועברה|رسالة محولة"
)
_RULED = r"[\s>]{0,8}[*_]{0,2}[-_=—–~*#]{2,80}(?:\s|&nbsp;){0,8}"
_SEPARATOR = re.compile(
    rf"^{_RULED}(?P<what>{_ORIGINAL}|{_FORWARDED}|(?:original|forwarded|reply|原文|转发|轉寄)(?:\s|&nbsp;){{0,8}}[-_=—]{{3}})",
    re.IGNORECASE,
)
_TITLE = re.compile(rf"^[>\s*]{{0,8}}(?:{_ORIGINAL}|{_FORWARDED})\s?[:：]?[\s*]*$")
_BARE = re.compile(
    rf"^[>\s]{{0,8}}(?:(?P<forwarded>{_FORWARDED})|以下是转发的?邮件|请在此(?:行|线)(?:以上|上方)回复|请在此线上方回复)\s?[:：]?\s*$"
)
_OTHER = re.compile(
    r"^[>\s#=*_~\-–—]{0,40}(?:please )?(?:(?:type|write|enter) )?(?:your )?reply above this line[\s#=*_~.\-–—]{0,40}$|"
    r"^[>\s#=*_~\-–—]{0,40}(?:bitte )?(?:(?:schreiben sie )?ihre antwort|antworten sie|antwort) (?:bitte )?(?:oberhalb|über) dieser (?:linie|zeile)\b.{0,40}$|"
    r"^[>\s#=*_~\-–—]{0,40}(?:veuillez )?répond(?:re|ez) au-dessus de cette ligne.{0,40}$|"
    r"^[>\s#=*_~\-–—]{0,40}(?:por favor,? )?(?:escriba su respuesta|responda) (?:encima|por encima|arriba) de esta línea.{0,40}$|"
    r"^\[?original message processed by \S.{0,60}$|^[>\s]{0,8}posted by .{1,60} on \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\s*$|"
    r"^>>> \S.{0,200}\d{1,2}:\d\d.{0,12}>>>\s*$|"
    r"^20\d\d-\d\d-\d\d \d{1,2}:\d\d gmt[+-]\d\d:\d\d \S.{0,60}[^:>\s]\s*$",
)
"""These three for text in lower case."""
_RULED_NAME = re.compile(r"^[\s>*]{0,8}[-_=—–~]{3,80}\s{0,8}[^\W\d_][\w \-'’]{1,40}\S?\s{0,8}[-_=—–~]{3,80}[\s*]{0,8}$")
_FORWARDED_LINE = re.compile(rf"{_FORWARDED}|forwarded|转发|轉寄", re.IGNORECASE)


def separator(line: str) -> str:
    """`forwarded` or `original` where everything below is another mail, else nothing."""
    if len(line) > LONGEST:
        return ""
    if found := _SEPARATOR.match(line):
        return "forwarded" if _FORWARDED_LINE.match(found["what"]) else "original"
    lower = lowered(line)
    if len(line.strip()) <= TITLE and (found := _BARE.match(lower)):
        return "forwarded" if found["forwarded"] else "original"
    return "original" if _OTHER.match(lower) else ""


def is_ruled(line: str) -> bool:
    """Whether the line is a few words between two rules, as names of other mails are; a header below confirms it."""
    return len(line) <= LONGEST and bool(_RULED_NAME.match(line))


def is_title(line: str) -> bool:
    """Whether the line is nothing but the name of another mail, which a header below it would confirm."""
    return len(line) <= TITLE and bool(_TITLE.match(lowered(line)))
