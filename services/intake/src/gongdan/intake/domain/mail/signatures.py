"""How people and their programs end a mail: two dashes, a closing phrase and a name, a phone that signs, a disclaimer.

Tables only, in many languages. What they must stand beside to be a signature is decided in `quotes`.
Limit: a line longer than `LONGEST` is none of these but a disclaimer.
"""

# ruff: noqa: E501 - a row of a table stays one row

import re
from collections.abc import Sequence

from gongdan.intake.domain.mail.letters import lowered

LONGEST = 200
LONGEST_PHRASE = 90
"""Characters: no closing phrase is as long."""

_DEVICE = (
    r"(?:i ?phone|i ?pad|i ?pod|android|samsung|galaxy|huawei|honor|xiaomi|redmi|oppo|vivo|blackberry|windows|nokia|htc|"
    r"sony|xperia|motorola|pixel|oneplus|mobile|phone|smartphone|tablet|handheld|device|mac\b|outlook|mail\b|gmail|yahoo|"
    r"proton ?(?:mail)?|typeapp|blue ?mail|nine\b|spark|airmail|aol|thunderbird|aqua ?mail|k-9|fairemail|mailbird|mailspring|canary|"
    r"newton|zoho|hey\b|superhuman|edison|polymail|front\b|tutanota|gmx|web\.de|t-online|verizon|at&t|t-mobile|"
    r"my (?!side|heart|end|part|office|desk|home|bank|account|team)\S{2,20})"
)
_SENT_BY = re.compile(
    r"^[\s<(\[*_]{0,4}(?:"
    rf"sent (?:from|with|via|using|by|on) (?:the |a |an )?(?:new )?{_DEVICE}\b.{{0,80}}|"
    r"sent from my (?!desk|office|home|side|end|warehouse|shop|account)(?:[^\s,.?!]{1,20} ){0,6}[^\s,.?!]{1,30}|sent (?:from )?a magnificent.{1,60}|sent (?:from|via) (?:my )?mobile.{0,40}|"
    r"get outlook for .{1,60}|"
    r"(?:get|download|try) (?:the )?(?:\w{1,12} )?(?:mail|gmail|bluemail|spark)(?: app)? for .{1,60}|from my (?:iphone|ipad|android).{0,20}|"
    r"please excuse (?:my brevity|(?:any )?(?:typos|brevity)).{0,80}|excuse (?:the )?typos.{0,60}|"
    r"(?:envoyé|expédié) (?:depuis|de|à partir d[e’']|avec|par|via)\s?(?:mon|ma|l['’]|un|outlook|mail|yahoo|gmail|proton|samsung|i|android).{0,80}|"
    r"(?:télécharger|obtenez) outlook pour .{1,60}|provenance : .{1,60}|"
    r"(?:gesendet|verschickt|geschrieben) (?:von|mit|über|via|aus) .{1,80}|von (?:meine[mr]|unterwegs|mobil).{0,60}gesendet.{0,30}|"
    r"(?:diese nachricht|diese mail|diese e-mail) wurde (?:von|mit) .{1,60} (?:gesendet|geschrieben)\.?|von unterwegs gesendet|"
    r"(?:outlook|laden sie outlook) für .{1,40}(?: herunterladen| beziehen)?|holen sie sich outlook für .{1,40}|"
    r"enviado (?:desde|de|do|a partir d[eo]|através d[eo]|con|por|pelo|via) .{1,80}|(?:obtener|obtenga|obter|baixe o|descargar) outlook para .{1,50}|"
    r"inviato (?:da|dal|con|tramite|dall)['’]?\s?.{1,80}|(?:scarica|ottieni) outlook per .{1,50}|"
    r"(?:verzonden|verstuurd|gestuurd) (?:vanaf|met|vanuit|via|van|door) .{1,80}|outlook voor .{1,40} downloaden|"
    r"(?:sendt|sent) (?:fra|via|med) (?:min|mit|mine|outlook|mail|yahoo).{0,60}|hent outlook (?:til|for) .{1,50}|"
    r"(?:skickat|skickades|sänt) (?:från|med|via) .{1,60}|från min (?:iphone|ipad|telefon).{0,20}|(?:hämta|skaffa) outlook för .{1,50}|"
    r"lähetetty .{1,60}(?:lta|ltä|sta|stä|lla|llä).{0,20}|hanki outlook.{0,50}|"
    r"(?:wysłane|wysłano|wiadomość wysłana) (?:z|ze|za pomocą|przez) .{1,60}|(?:pobierz|uzyskaj) (?:program )?outlook.{0,50}|"
    r"(?:odesláno|odoslané|odesílám|posláno) (?:z|ze|pomocí) .{1,60}|získat outlook.{0,50}|"
    r"(?:elküldve|küldve) .{1,60}|"
    r"отправлено (?:с|из|от|через|со) .{1,60}|послано с .{1,60}|надіслано (?:з|із|через) .{1,60}|"
    r"trimis (?:de pe|din|de la) .{1,60}|στάλθηκε από .{1,60}|đã gửi từ .{1,40}|được gửi từ .{1,40}|dikirim dari .{1,50}|"
    r"(?:发自|發自|寄自)\s?(?!内心|內心|肺腑|真心).{1,30}|"
    r"(?:发送自|發送自|傳送自|发送于|發送於|来自|來自)\s?(?:我的|我|手机|iphone|ipad|android|华为|小米|荣耀|网易|qq|outlook|foxmail|钉钉|企业微信|飞书|邮箱|windows).{0,40}|"
    r"(?:从|從|由|用|通过|使用)\s?.{1,30}(?:发送|發送|傳送|寄出|发出)(?:的邮件)?|[从從].{0,20}(?:手机|手機|平板|客户端)[发發寄][来來]|从我的.{1,20}发送|"
    r"[来來]自我的.{1,30}(?:手机|手機|邮箱|phone|pad).{0,10}|(?:获取|取得|下载|下載)\s?(?:ios 版 |android 版 )?outlook.{0,40}|"
    r"outlook for .{1,12}を(?:入手|取得).{0,10}|"
    r"изпратено от (?:моя|моето) .{1,40}|послато (?:са|преко) .{1,40}|poslano (?:z|s|sa|iz|preko) .{1,40}|poslato (?:sa|preko) .{1,40}|"
    r"saadetud (?:minu )?.{1,40}|nosūtīts no .{1,40}|išsiųsta iš .{1,40}|enviat des d.{1,40}|ส่งจาก .{1,40}|発信元\s?[:：].{1,40}|"
    r"נשלח מ.{1,40}|أ\u064f?رسلت من .{1,40}|تم الإرسال من .{1,40}|ارسال شده از .{1,40}"
    r")[\s>)\]*_.]{0,4}$",
)
"""For text in lower case: that is looked at in half the time."""
_SENT_BY_LAST = re.compile(
    r"^[\s<(\[*_]{0,4}(?:\w{1,20} from mobile|"
    r"(?:az? )?.{1,40}(?:-ról|-ről|-omról|mról|mről|készülékemről) küldve\.?|"
    r".{0,40}(?:telefonumdan|iphone['’]umdan|ipad['’]imden|cihazımdan|['’]dan|['’]den) gönderildi\.?|"
    r".{0,20}(?:iphone|ipad|android|スマートフォン|携帯|モバイル)から送信.{0,10}|.{1,30}で送信しました|"
    r".{1,30}에서 보냄|.{1,30}(?:앱|휴대전화|폰|기기)에서 보냈습니다|.{1,30}에서 보낸 (?:메일|메시지).{0,6}|.{1,30}에서 (?:발송|전송)됨|"
    r".{1,30} से भेजा गया"
    r")[\s>)\]*_.]{0,4}$",
)
"""The same where the device is named first, which takes trying at many places: for lines with one of these words."""
_SENT_LAST = ("from mobile", "küldve", "gönderildi", "送信", "에서", "भेजा")
_DASHES = re.compile(r"^(?:[-–—_]{1,4}|—{1,10}|_{2,5}|={2,4}|\+{2,4}|-- ?\*{1,3}|⸺)$")
_RULES = frozenset("_-–—*=~#+·•─━═＝－＿")
"""What a long rule begins with."""
_LONE = re.compile(r"^[-–_]$")
_RULE = re.compile(r"^(?:[_\-—–*=~#+·•─━═＝－＿]{5,}|(?:[-_*=] ){4,}[-_*=]?)$")
_CONTACT = re.compile(
    r"[\w.+\-]{1,64}@[\w\-]{1,63}\.\w|https?://|\bwww\.|(?:\b(?:tel|phone|fax|mobile?|cell)\b|电话|手机|電話|전화|☎).{0,12}\d{3}|"
    r"(?:\+|\b00)\d[\d\s()./\-]{7,}",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^(?:(?:many |with |and |kind |best |warm(?:est)? |my |all |the |very |thanks |&|and |wishes |personal |yours ){0,5}"
    r"(?:regards|rgds|wishes|greetings)|br|cheers|best|cordially|all the best|take care|kr|"
    r"(?:mit |viele |liebe |beste |schöne |herzliche |freundlichen? |besten ){1,3}(?:grüße?n?|grüsse?n?|gruß|gruss|grüßle)"
    r"(?: (?:aus|von) .{2,30})?|(?:gruß|gruss|grüße|mfg|lg|vg|hochachtungsvoll)|"
    r"(?:bien |très )?cordialement|(?:sincères |meilleures |cordiales )?salutations(?: distinguées)?|bien à (?:vous|toi)|"
    r"cdlt|bonne (?:journée|soirée|réception)|"
    r"(?:un |cordiales |reciba un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|cordialmente|atte\.?|"
    r"atenciosamente|att\.?|(?:com os )?(?:melhores )?cumprimentos|abraços?|"
    r"(?:cordiali |distinti |un )?saluti?|cordialità|"
    r"(?:met )?(?:vriendelijke|hartelijke|beste) groet(?:en)?|groet(?:en|jes)?|mvg|"
    r"(?:med )?(?:venlig|vennlig|bedste|beste|vänlig|bästa|vänliga) (?:hilsen|hilsner|hälsning|hälsningar)|hilsen|mvh|hälsningar|"
    r"(?:ystävällisin |parhain )?terveisin|terv\.?|z poważaniem|pozdrawiam(?: serdecznie)?|s pozdravem|s úctou|s pozdravom|"
    r"(?:szívélyes )?üdvözlettel|(?:baráti )?üdv(?:özlet)?|tisztelettel|sayg[ıi]lar[ıi]mla|iyi çal[ıi]şmalar|"
    r"с уважением|с наилучшими пожеланиями|з повагою|cu stimă|με εκτίμηση|trân trọng|hormat kami|"
    r"此致|敬礼|敬禮|此致敬礼|祝(?!贺|賀|愿|願|你们|大家).{1,12}?|顺颂商祺|順頌商祺|顺祝商祺|谨启|敬上|敬具|よろしくお願い(?:いた|致)?します|"
    r"以上、よろしくお願い(?:いた|致)します|감사합니다|드림"
    r")[\s,，.!！。、;；:/&-]{0,3}$",
)
"""For text in lower case."""
_DISCLAIMER = re.compile(
    r"^[\s*_>]{0,4}(?:(?:confidentiality|privileged|legal|important|privacy) (?:notice|note|information|disclaimer)\s?[:：.-]|disclaimer\s?[:：]|"
    r"(?:this|the information (?:contained )?in this|the contents? of this) (?:e-?mail|message|communication|transmission)"
    r"\b.{0,120}\b(?:confidential|privileged|intended (?:solely|only|recipient))|"
    r"(?:diese e-?mail|diese nachricht) (?:enthält|ist|kann).{0,60}vertraulich|"
    r"(?:ce|cet) (?:message|e-?mail|courriel) .{0,100}confidentiel|este (?:mensaje|correo|e-?mail) .{0,120}confidencial|"
    r"esta (?:mensagem|mensaje) .{0,120}confidencia|(?:questo messaggio|questa e-?mail|il presente messaggio) .{0,120}(?:riservat|confidenzial)|"
    r"(?:dit (?:bericht|e-?mail)|deze e-?mail) .{0,120}vertrouwelijk|"
    r"(?:本邮件|本電子郵件|此邮件|本电子邮件|本信件|此電子郵件).{0,40}(?:保密|机密|機密)|(?:保密|免责)声明\s?[:：]|"
    r"(?:本メール|このメール|この電子メール).{0,40}(?:機密|秘密))",
    re.IGNORECASE,
)
_LISTS = re.compile(
    r"^(?:you (?:received|are receiving) this (?:message|e-?mail|because)|to unsubscribe from this|unsubscribe:|"
    r"reply to this e-?mail directly|virus-?free\b.{0,40}\bwww\.|(?:this e-?mail has been (?:checked|scanned) for viruses)).{0,200}$",
    re.IGNORECASE,
)


def is_sent_by(line: str) -> bool:
    """Whether a program or a phone signs for its user."""
    line = line.strip()
    if len(line) > LONGEST:
        return False
    line = line.lower()
    if _SENT_BY.match(line):
        return True
    return next(filter(line.__contains__, _SENT_LAST), None) is not None and bool(_SENT_BY_LAST.match(line))


def is_dashes(line: str) -> bool:
    """Whether the line opens a signature."""
    line = line.strip()
    return bool(_DASHES.match(line)) and not _LONE.match(line)


def is_rule(line: str) -> bool:
    """Whether the line is nothing but a long rule."""
    line = line.strip()
    return line[:1] in _RULES and bool(_RULE.match(line))


def is_card(lines: Sequence[str]) -> bool:
    """Whether these lines begin with a name rather than with a field of a form, and say how to reach it."""
    first = next((line for line in lines if line.strip()), "")
    return ":" not in first and "：" not in first and any(_CONTACT.search(line[:LONGEST]) for line in lines)


def is_closing(line: str) -> bool:
    """Whether the line is nothing but a phrase that ends a letter."""
    line = line.strip(" \t*_")
    return len(line) <= LONGEST_PHRASE and bool(_CLOSING.match(lowered(line)))


def is_disclaimer(line: str) -> bool:
    """Whether the line begins what a company puts below each of its mails, or a list below its."""
    return bool(_DISCLAIMER.match(line[: 2 * LONGEST]) or _LISTS.match(line[: 2 * LONGEST]))
