"""How mail programs announce that history follows: "On … wrote:" in its languages.

An attribution begins with a word for "on", a date, a name with an address; somewhere it tells when or who; and it ends
with a word for "wrote", or with a colon. Which words those are is a table; what they must stand beside is the rule.
Limits: an attribution put together from its lines has at most `LONGEST` characters; what is longer is prose.
"""

# ruff: noqa: E501 - a row of a table stays one row

import re
from functools import lru_cache

LONGEST = 400
BEGINNING = 60
"""Characters of a line within which an attribution shows itself."""

_ON = (
    r"on|at|in message|quoting|le|la|am|op|el|em|il|in data|w dniu|dnia|dňa|dne|den|d\.|på|pada|ngày|vào|lúc|в|у|"
    r"în|la data|στις|στο|tarihinde|il giorno|a la data|el dia|el día|no dia|zitat von|citando|citerar|begin|posted by|"
    r"mensaje de|em|a\(z\)|ekki|þann|bei|am|kuupäeval|שלח|ב|בתאריך|في|"
    r"mon|tue|wed|thu|fri|sat|sun"
)
_UNSEEN = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks of the direction of writing, which programs put around names and addresses."""

_MARKS = r"^[>\s\-*_“\"]{0,12}"
_PLAINLY = "quoting |zitat von |citando |in message |posted by "
_BEGINS = re.compile(
    rf"{_MARKS}(?:(?:{_ON})\b[\s,.]{{0,3}}.{{0,40}}\d|\d|[在于於]\s?.{{0,12}}\d|"
    r"[^\W\d_]{2,12}[.,]{0,2}\s{1,3}\d|.{0,60}[\[(<][^\s<>@()\[\]]{1,64}@|.{1,60}?\s?[在于於]\s?\d{4}|"
    rf"{_PLAINLY}|[\w.+\-]{{1,64}}@)",
    re.IGNORECASE,
)
_BEGINS_PLAINLY = re.compile(rf"{_MARKS}(?:{_PLAINLY})", re.IGNORECASE)
_WHEN_OR_WHO = re.compile(r"[\d@]")
"""Without one of these a line can only begin plainly, which is tried in a third of the time."""
_BEGINS_SURELY = re.compile(
    rf"{_MARKS}(?:(?:on|le|el|il|em|op|am|den|w dniu|dnia|dňa|dne|in data)\s(?:[^\W\d_]{{2,12}}\b[.,]{{0,2}}\s{{0,3}}){{0,2}}\d|"
    r"[在于於]\s?\d{4})",
    re.IGNORECASE,
)
_WROTE = (
    r"wrote|writes|has written|said|says|sent the following|"
    r"写道|寫道|写到|寫到|写了|撰写|撰寫|说道|留言|来信|發表|作者|"
    r"a [ée]crit|[ée]crivait|vous a [ée]crit|escribi[óo]|escribe|ha escrito|escreveu|ha scritto|scrisse|scrive|va escriure|"
    r"schrieb(?:en)?|geschrieben|schreibt|schreef|geschreven|schrijft|verzond|skrev|skriver|skrifaði|kirjoitti|kirjutas|"
    r"napisał(?:\(a\)|/a|a)?|pisze|nadesłał(?:\(a\)|a)?|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|"
    r"napisao(?:/la)?(?: je)?|je napisala?(?:/-a)?|(?:ezt )?írta|a scris|rakstīja|rašė|"
    r"написал(?:\(а\)|а)?|писал(?:\(а\)|а)?|пишет|пише|написав(?:\(ла\)|ла)?|написа|έγραψε|"
    r"(?:şunu |şunları )?yazdı|đã viết|menulis|เขียน(?:ว่า)?|"
    r"の?書きました|のメッセージ|が書いた|wrote|さん|님이 작성(?:하였습니다|했습니다)?|작성|님의 말|썼습니다|"
    r"כתב(?:/ה|ה)?|كتب(?:ت)?|نوشت"
)
_STEMS = (
    "wr",
    "sa",
    "sent",
    "写",
    "寫",
    "撰",
    "说",
    "留",
    "来信",
    "發",
    "作者",
    "crit",
    "scri",
    "esc",
    "schr",
    "verz",
    "skr",
    "kirj",
    "napi",
    "nada",
    "pis",
    "pís",
    "íra",
    "írt",
    "rak",
    "raš",
    "пис",
    "пиш",
    "έγρ",
    "yaz",
    "viết",
    "menul",
    "เขี",
    "書",
    "メッ",
    "さん",
    "작성",
    "님",
    "썼",
    "כתב",
    "كتب",
    "نوشت",
)
# how the words above end, to look at few lines closely
_LAST_LETTERS = (
    "ote",
    "tes",
    "ten",
    "aid",
    "ays",
    "ing",
    "道",
    "到",
    "了",
    "写",
    "撰",
    "寫",
    "留言",
    "来信",
    "發表",
    "作者",
    "rit",
    "ait",
    "bió",
    "bio",
    "ibe",
    "ito",
    "veu",
    "sse",
    "ive",
    "ure",
    "ieb",
    "ben",
    "ibt",
    "eef",
    "jft",
    "ijft",
    "ond",
    "rev",
    "ver",
    "aði",
    "tti",
    "tas",
    "ał",
    "(a)",
    "/a",
    "ła",
    "sze",
    "sal",
    "ísal",
    "isao",
    "/la",
    "je",
    "íra",
    "rta",
    "írta",
    "ris",
    "īja",
    "aša",
    "šė",
    "ал",
    "(а)",
    "ла",
    "сал",
    "шет",
    "ше",
    "ше",
    "в",
    "ав",
    "(ла)",
    "са",
    "ψε",
    "dı",
    "iết",
    "lis",
    "ยน",
    "ว่า",
    "した",
    "た",
    "ジ",
    "さん",
    "성",
    "다",
    "말",
    "תב",
    "/ה",
    "ه",
    "תבה",
    "ب",
    "ت",
    "شت",
)
LONGEST_ENDING = max(map(len, _LAST_LETTERS))
_ENDINGS = {
    letter: tuple(each for each in _LAST_LETTERS if each.endswith(letter))
    for letter in {each[-1] for each in _LAST_LETTERS}
}
_WROTE_LAST = re.compile(
    rf"(?:\b|(?<=[\W\d_])|(?<=[^\x00-\x7f]))(?:{_WROTE})\s{{0,3}}[:：]?[\s\-*_]{{0,8}}$",
)
"""For text in lower case: that is found in a third of the time."""
_WROTE_AMID = re.compile(
    rf"(?:^|[\s,，>)\]\"”\d])(?:{_WROTE})[\s\"“'<:：].{{0,200}}[:：>]\s{{0,3}}$|(?:{_WROTE})\s?[:：]", re.IGNORECASE
)
_WHEN = re.compile(
    r"\d{1,2}\s?[:.时點点時시h]\s?\d{2}|\d{4}[-/年.년]\s?\d{1,2}|\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{2,4}|"
    r"\d{1,2}[-. ]{1,2}[^\W\d_]{3,12}[-., ]{1,2}\d{2,4}|\b(?:19|20)\d\d\b|\d{1,2}月\d{1,2}日"
)
_DATE = re.compile(
    r"\d{4}[-/年.]\s?\d{1,2}[-/月.]\s?\d{1,2}|\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{2,4}|\d{1,2}\.? [^\W\d_]{3,12}\.?,? \d{4}|"
    r"[^\W\d_]{3,12}\.? \d{1,2},? \d{4}"
)
_TIME = re.compile(r"\d{1,2}\s?[:.时點点時시h]\s?\d{2}|\d\s?[ap]\.?m\b", re.IGNORECASE)
_WHO = re.compile(r"[^\s<>@\[\]()\"':;,]{1,64}@[^\s<>@]{1,250}")
_GOES_ON = re.compile(rf"(?:[<(\[]?\S{{1,64}}@\S{{1,200}}[>)\]]?\s{{0,3}})?(?:{_WROTE})\b", re.IGNORECASE)
_OURSELVES = re.compile(
    r"\b(?:I|we|ich|wir|je(?!\s+napis)|j'ai|nous|yo|io|eu|ik|wij|jag|jeg|minä|ja)\s+(?:have |had |just )?\S{3,12}[:：]?$"
)
_RULED_OFF = re.compile(r"-{2,}[^-].{1,120}-{2,}$")
_PASSED_ON = re.compile(r"\S.{0,60}\svia\s\S.{0,60}[:：]$")
_BRACKETED = re.compile(
    r"<[^<>]{0,80}@[^<>]{1,250}>|\s(?:by|von|par|por|da)\s\S{1,64}@\S{1,250}[:：]$|[>\])]+[\"”'\u202c\u200f]{0,3}\s?[:：]$"
)
_QUOTING = re.compile(r"(?:quoting|zitat von|citando|citerar|citation de|citeren) ", re.IGNORECASE)
_ASIDE = re.compile(r"(?:[:：]|--+|>)[\s*_]{0,4}$")


def bare(line: str) -> str:
    """The line without marks that nobody sees."""
    return line if line.isascii() else _UNSEEN.sub("", line)


def introduces(line: str) -> bool:
    """Whether the line ends in a colon after a date with a time, which tells of the quotation right below it."""
    return line.endswith((":", "：")) and bool(_DATE.search(line) and _TIME.search(line))


def may_begin(line: str) -> bool:
    """A cheap first look at the first line of an attribution."""
    line = line.strip()
    start = line[: 2 * BEGINNING]
    pattern = _BEGINS if _WHEN_OR_WHO.search(start) else _BEGINS_PLAINLY
    return bool(pattern.match(start)) or ((line.startswith("--") or " via " in line) and says_wrote(line))


def begins(line: str) -> bool:
    """Whether the line surely begins an attribution: with a word for "on" and a date."""
    return bool(_BEGINS_SURELY.match(line.strip()[: 2 * BEGINNING]))


def is_cut(line: str) -> bool:
    """Whether an attribution that begins in this line may go on in the next: it says when, or who."""
    return begins(line) or bool(_WHEN.search(line) or "@" in line or line.rstrip().endswith(("<", "(", "[")))


def goes_on(line: str) -> bool:
    """Whether the line can only be the end of an attribution."""
    return bool(_GOES_ON.match(line.strip()))


def is_complete(line: str) -> bool:
    """Whether the line is an attribution by itself that says when, who and "wrote"."""
    return begins(line) and is_attribution(line) and bool(_WHO.search(line) or _TIME.search(line))


def may_end(line: str) -> bool:
    """A cheap first look at its last line."""
    tail = line.rstrip(" \t*_")
    return tail.endswith((":", "：", ">", "--")) or says_wrote(line)


def says_wrote(line: str) -> bool:
    """Whether the line ends by saying that somebody wrote what follows."""
    tail = line.rstrip()[-120:]
    end = tail.rstrip(" :：-*_")[-LONGEST_ENDING:].lower()
    endings = _ENDINGS.get(end[-1:])
    return endings is not None and end.endswith(endings) and _ends_so(tail)


@lru_cache(maxsize=256)
def _ends_so(tail: str) -> bool:
    # each line is asked about more than once, and the search is the dearest of all
    return bool(_WROTE_LAST.search(tail.lower()))


def is_attribution(line: str, quoted: bool = False) -> bool:
    """Whether `line` (maybe put together from several) says who wrote what follows, and when.

    `quoted`: what follows is marked as quoted, so that less has to be said.
    """
    line = line.strip()
    if len(line) > LONGEST:
        return False
    when, who = bool(_WHEN.search(line)), "@" in line and bool(_WHO.search(line))
    if says_wrote(line):
        if _RULED_OFF.match(line) or _PASSED_ON.match(line):
            return True
        return (when or who or (quoted and len(line) <= 2 * BEGINNING)) and (quoted or not _OURSELVES.search(line))
    if not _ASIDE.search(line):
        return False
    if _may_say_wrote(line) and _WROTE_AMID.search(line):
        return who or bool(when and _TIME.search(line)) or (when and quoted)
    if line.endswith((":", "：")):
        plainly = who and bool(_BRACKETED.search(line)) and (when or bool(_QUOTING.match(line)))
        return plainly or (quoted and (who or bool(when and _TIME.search(line))))
    return quoted and when and who and line.endswith(">") and bool(line[0].isdigit() or _TIME.search(line))


def _may_say_wrote(line: str) -> bool:
    """A cheap first look for a word for "wrote" anywhere."""
    lower = line.lower()
    return any(stem in lower for stem in _STEMS)
