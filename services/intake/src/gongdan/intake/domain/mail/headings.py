"""Header fields that a mail program writes into the text above the mail that it quotes or forwards.

Tables of labels in many languages, and how a block of them is told from what a customer filled in. A block says who
wrote the mail below it, which is how a forwarded mail finds its author.
Limits: a block has at most `LONGEST_BLOCK` lines; a line longer than `LONGEST` is prose.
"""

# ruff: noqa: E501 - a row of a table stays one row

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gongdan.intake.domain.mail.letters import lowered

LONGEST = 1_000
LONGEST_BLOCK = 16

LABELS: Mapping[str, tuple[str, ...]] = {
    "from": (
        "from", "sender", "发件人", "寄件人", "寄件者", "发送人", "发信人", "寄信人", "von", "absender", "de", "expéditeur", "message du", "da",
        "mittente", "remitente", "remetente", "van", "afzender", "fra", "från", "lähettäjä", "od", "nadawca",
        "odesílatel", "odosielateľ", "feladó", "kimden", "gönderen", "от", "от кого", "від", "差出人", "送信者", "送信元",
        "보낸 사람", "보낸사람", "발신자", "발신인", "발신", "de la", "από", "từ", "người gửi", "dari", "pengirim", "מאת", "من",
        "daripada", "šalje", "pošiljatelj", "од", "saatja", "sūtītājs", "nuo", "siuntėjas", "nork", "frá", "sendandi", "از", "จาก", "प्रेषक",
        "кімнен", "kimdən", "გამგზავნი",
    ),
    "date": (
        "date", "sent", "sent on", "sent at", "date sent", "send time", "发送时间", "发送日期", "发件时间", "发件日期", "发信时间", "寄件日期", "传送日期", "傳送時間",
        "日期", "时间", "時間", "gesendet", "gesendet am", "datum", "envoyé", "envoyé le", "envoyée", "date d'envoi", "enviado",
        "enviado el", "enviado em", "enviada em", "enviada", "fecha", "fecha de envío", "data", "inviato", "inviato il",
        "data invio", "verzonden", "verzonden op", "sendt", "dato", "skickat", "lähetetty", "päivämäärä", "pvm", "wysłano",
        "wysłane", "odesláno", "odoslané", "dátum", "küldve", "elküldve", "küldés ideje", "tarih", "gönderildi",
        "gönderme tarihi", "gönderilme", "отправлено", "дата", "надіслано", "送信日時", "日時", "日付", "보낸 날짜",
        "보낸날짜", "날짜", "보낸 시간", "trimis", "στάλθηκε", "ημερομηνία", "đã gửi", "ngày", "dikirim", "tanggal", "נשלח",
        "תאריך", "تم الإرسال", "التاريخ", "تاريخ الإرسال", "изпратено", "испратено", "послато", "poslano", "poslato", "saadetud",
        "kuupäev", "nosūtīts", "datums", "išsiųsta", "enviat", "enviat el", "bidaltze-data", "bidalia", "dihantar", "tarikh", "ngày gửi",
        "ارسال شده", "تاریخ", "ส่ง", "วันที่", "भेजा गया", "жіберілді", "göndərildi", "გაგზავნილია",
    ),
    "to": (
        "to", "收件人", "收信人", "收件者", "an", "empfänger", "à", "a", "destinataire", "pour", "para", "destinatario", "per", "aan",
        "til", "till", "vastaanottaja", "do", "komu", "címzett", "kime", "alıcı", "кому", "宛先", "받는 사람", "받는사람",
        "수신자", "수신인", "수신", "către", "προς", "đến", "tới", "kepada", "untuk", "אל", "إلى", "до", "за", "коме", "prima", "za", "prejemnik",
        "adressaat", "saaja", "kam", "per a", "nori", "به", "ถึง", "प्रति", "кімге", "kimə", "ადრესატი",
    ),
    "cc": (
        "cc", "bcc", "抄送", "副本", "抄送人", "密送", "kopie", "copie", "copie à", "copia", "kopi", "kopia", "kopio", "dw",
        "másolat", "bilgi", "копия", "копія", "참조", "ccn", "cci", "κοιν.",
    ),
    "subject": (
        "subject", "subj", "re", "主题", "主题词", "主旨", "標題", "标题", "主題", "betreff", "objet", "sujet", "asunto", "assunto",
        "oggetto", "onderwerp", "emne", "ämne", "aihe", "temat", "předmět", "predmet", "tárgy", "konu", "тема", "件名",
        "제목", "subiect", "θέμα", "chủ đề", "tiêu đề", "subjek", "perihal", "נושא", "الموضوع", "относно", "предмет", "наслов", "naslov",
        "zadeva", "teema", "tēma", "tema", "assumpte", "gaia", "efni", "موضوع", "เรื่อง", "विषय", "тақырып", "mövzu", "თემა",
    ),
    "reply-to": ("reply-to", "reply to", "antwort an", "répondre à", "responder a", "rispondi a", "回复至", "回复地址"),
    "other": (
        "organization", "organisation", "importance", "priority", "wichtigkeit", "attachments", "anlagen", "pièces jointes",
        "allegati", "anhänge", "anlage", "附件", "添付ファイル", "첨부", "mailing list", "signed by", "security", "x-mailer",
        "message-id", "list-id", "categories", "bijlagen", "vedhæftet", "datos adjuntos", "archivos adjuntos", "重要性",
    ),
}  # fmt: skip
_ROLES = {label: role for role, labels in LABELS.items() for label in labels}
_WORDS = "|".join(sorted(map(re.escape, _ROLES), key=len, reverse=True)).replace("\\ ", "[ \\u00a0]{1,2}")
_LABEL = re.compile(
    r"^[>\s|*_•]{0,20}(?P<label>[^\W\d_][^:：|*_<>@]{0,24}?)\s{0,8}[*_]{0,3}\s{0,8}[:：|][*_]{0,3}(?P<value>.*)$"
)
_AMID = re.compile(rf"(?<=\s)({_WORDS})\s{{0,8}}[:：]", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>@\[\]()\"':;,]{1,64}@[^\s<>@\[\]()\"':;,]{1,250}")
_SENT = re.compile(r"\d{4}.{0,12}\d{1,2}:\d\d:\d\d")
# a form that a customer filled in goes on with these
_FORM = re.compile(
    r"^\s*(?:message|comments?|phone|telephone|tel\.?|telefon|company|first name|last name|name|e-?mail|nachricht|firma|"
    r"téléphone|mensaje|teléfono|留言|内容|电话|手机|姓名|公司|邮箱|联系方式|メッセージ|電話番号|お名前)\s*[:：]",
    re.IGNORECASE,
)
_STRONG_DATES = frozenset(LABELS["date"]) - {"date", "日期", "时间", "時間", "datum", "fecha", "data", "dato", "tarih",
                                              "дата", "日付", "날짜", "dátum", "ngày", "tanggal", "pvm"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """A header written into the text: its fields by role, each the first of its kind, and the lines that it takes."""

    fields: Mapping[str, str]
    lines: int


def label(line: str) -> tuple[str, str, str] | None:
    """Role, label in lower case and value of a field written into the text; None when the line is none."""
    found = _LABEL.match(line) if len(line) <= LONGEST and (":" in line or "：" in line or "|" in line) else None
    if not found:
        return None
    word = _known(found["label"])
    return (_ROLES[word], word, found["value"].strip(" \t|*_\u00a0")) if word in _ROLES else None


def _known(label: str) -> str:
    """A label as the tables have it."""
    return re.sub(r"[ \u00a0]+", " ", lowered(label))


def block(lines: Sequence[str], at: int) -> Block | None:
    """The header that begins in this line: a sender and what only mails have, or several fields that only mails have."""
    if at >= len(lines) or not label(lines[at]) or (at and label(lines[at - 1])):
        return None
    fields: list[tuple[str, str, str]] = []
    end = at
    for place in range(at, min(at + LONGEST_BLOCK, len(lines))):
        line = lines[place]
        if found := label(line):
            fields.append(found)
            end = place
        elif _FORM.match(line):
            return None
        elif not (_goes_on(lines, place) if not line.strip() else place == end + 1 and _wrapped(lines, place)):
            break
        elif line.strip():
            role, word, value = fields.pop()
            fields.append((role, word, f"{value} {line.strip(' >*')}".strip()))
            end = place
    values = {role: value for role, _, value in reversed(fields)}
    return Block(values, end - at + 1) if _is_header(values, {each[1] for each in fields}, lines, at) else None


def is_run_on(line: str) -> bool:
    """Whether the line alone is a header whose line breaks were lost: a sender, and two more fields of mails."""
    role, _, value = label(line) or ("", "", "")
    if role != "from" or not _ADDRESS.search(value):
        return False
    return len({_ROLES.get(_known(found)) for found in _AMID.findall(value)} & {"date", "to", "subject"}) >= 2


def _goes_on(lines: Sequence[str], blank: int) -> bool:
    """Whether the block goes on after an empty line, as where a program writes one between all fields."""
    return blank + 1 < len(lines) and label(lines[blank + 1]) is not None


def _wrapped(lines: Sequence[str], place: int) -> bool:
    """Whether a line only goes on with the field before it: more fields follow, or it is an address."""
    line = lines[place].strip()
    more = place + 1 < len(lines) and label(lines[place + 1]) is not None
    return more or bool(re.fullmatch(r"[<\[(]?(?:mailto:)?\S{1,64}@\S{1,250}[>\])]?;?", line))


def _is_header(fields: Mapping[str, str], words: set[str], lines: Sequence[str], at: int) -> bool:
    roles = set(fields) - {"other"}
    if "from" not in roles:
        sent = roles == {"date", "to"} and _ADDRESS.search(fields["to"]) and _SENT.search(fields["date"])
        return bool(sent) or (len(roles) >= 3 and "subject" in roles)
    if len(roles) < 2:
        return False
    address = any(_ADDRESS.search(line) for line in lines[at : at + 4])
    return address or "subject" in roles or bool(words & _STRONG_DATES)
