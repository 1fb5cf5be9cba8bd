"""Words and fields by which machines give themselves away. Tables only; the decision is made in `automatic`."""

# ruff: noqa: E501 - a row of a table stays one row

import re

DAEMONS = re.compile(
    r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|post[-_]?master|mail[-_. ]?delivery.{0,20}|mail[-_.]?admin.{0,12}|mmdf|"
    r"bounces?|bounce[-+].{0,80}|double-bounce|uucp|smtpd?|mta|microsoftexchange[0-9a-f]{6,40}|exchange|emailadmin|"
    r"mdaemon|interscan.{0,20}|mailsrv|mailadm.{0,10}|internet\.mail\.connector)@",
)
DAEMON_NAMES = re.compile(
    r"mail (?:delivery|transport|transfer|administrator)|mailer.?daemon|postmaster|delivery (?:sub)?system|"
    r"system administrator|mail system|邮件系统|系统退信|退信",
    re.IGNORECASE,
)
FAILED = re.compile(
    r"undeliver|returned mail|return(?:ed)? to sender|delivery (?:status )?(?:notification|report)|"
    r"delivery (?:has )?fail|"
    r"mail fail|failed mail|delivery warning|non remis|nicht zugestellt|nie dostarczon|не доставлен|配信エラー|processing error|"
    r"delivery (?:problem|error|delayed)|fail(?:ure|ed)? (?:notice|delivery|to deliver)|"
    r"mail (?:delivery|system) (?:error|fail)|"
    r"message status|non.?delivery|not delivered|could ?n.t be delivered|could not be delivered|nondeliverable|"
    r"permanent(?:ly)? fail|user unknown|unknown user|message delayed|warning: (?:message|could not send)|"
    r"error (?:sending|delivering|in delivery)|delivery[- ]failure|mail could not|unzustellbar|non remis|no entregado|non (?:recapitat|consegnat)|mancat[oa] (?:recapito|consegna)|não (?:entregue|foi possível entregar)|falha na entrega|"
    r"onbestelbaar|niet (?:afgeleverd|bezorgd)|kunde inte levereras|kunne ikke leveres|nedoručiteľn|nedoručiteln|kézbesíthetetlen|teslim edilemedi|недоставлен|"
    r"nicht zustellbar|zustellung fehlgeschlagen|échec de (?:la )?(?:remise|distribution|l['’]envoi)|non distribué|no se (?:puede|pudo|ha podido) entregar|"
    r"no s['’]ha pogut lliurar|recapito non riuscito|não (?:é|foi) possível (?:a )?entreg|niet te bezorgen|kan niet worden bezorgd|"
    r"niedostarcz|nie dostarczono|kan inte levereras|gick inte att leverera|kan ikke leveres|ulevert|toimittamat|ei voitu toimittaa|toimitus epäonnistui|"
    r"nedoručen|nije isporučen|ni (?:bilo )?mogoče dostaviti|nedostavljen|не може да бъде доставен|недоставен|не вдалося доставити|nelivrabil|nu a putut fi livrat|"
    r"iletilemedi|nepristatyt|nepiegādāt|kohaletoimetamat|δεν ήταν δυνατή η παράδοση|αδύνατη η παράδοση|không thể gửi|không gửi được|gửi không thành công|"
    r"gagal (?:ter)?kirim|tidak terkirim|ไม่สามารถส่ง|ส่งไม่ได้|לא ניתן למסירה|לא נמסר|غير قابل للتسليم|تعذر (?:ال)?تسليم|배달되지|배달할 수 없|"
    r"退信|退回|投递失败|发送失败|无法投递|未送达|传送失败|无法传递|传递失败|無法傳遞|無法傳送|傳遞失敗|寄送失敗|配信不能|送信できません|반송|발송 ?실패|전송 ?실패|배달 ?(?:실패|불가)",
)
"""For a subject in lower case: that is looked at in a quarter of the time."""
FAILED_TEXT = re.compile(
    r"(?:could not|was not|cannot|can't|couldn't|not able to|unable to|wasn't able to) (?:be )?(?:deliver|reach|send)|"
    r"(?:following|these) (?:address|recipient|e-?mail)|deliver(?:y|evy) to the following|permanent (?:fatal )?error|"
    r"user unknown|unknown (?:user|recipient|local part)|no such user|mailbox (?:is )?(?:full|unavailable|not found)|"
    r"over quota|quota exceeded|message (?:was|has been) (?:not delivered|rejected|returned|undeliverable)|"
    r"returned to you|account (?:has been )?(?:disabled|closed)|reason for failure|invalid (?:address|recipient)|"
    r"does not (?:exist|like recipient)|has left|transcript of session|5\d\d[ -]5?\.?\d|无法投递|退回|不存在|邮箱已满",
    re.IGNORECASE,
)
# An automatic answer's subject: the word, then an end or a separator; without one it is somebody's sentence.
ANSWERED = re.compile(
    r"^(?:(?:re|aw|sv|vs|antw|odp|回复|答复|回覆)[:：]\s*)?(?:"
    r"(?:auto(?:mat(?:ic|ed))?[ -]?(?:reply|response|answer)|auto[- ]?reply message|autosvar|autosvar.{0,20}|"
    r"automati(?:sche|c)? (?:antwort|antwoord)|automatisch antwoord|automatische beantwoording|"
    r"abwesenheits?(?:notiz|assistent|meldung|nachricht|info)?|abwesend|ich bin (?:abwesend|nicht im (?:büro|haus))|urlaubs(?:notiz|meldung)|"
    r"réponse automatique|message d['’]absence|absence(?: du bureau)?|absent(?:e)? du bureau|notification d['’]absence|"
    r"respuesta automática|fuera de (?:la )?oficina|ausencia(?: de la oficina)?|ausente|"
    r"risposta automatica|fuori (?:sede|ufficio)|assente|resposta automática|ausência(?: temporária)?|fora do escritório|"
    r"automatisk svar|automatiskt svar|automaattinen vastaus|poissa(?:olo)?|frånvaro(?:meddelande)?|fraværsmelding|fravær|"
    r"autoodpowiedź|odpowiedź automatyczna|automatyczna odpowiedź|rép(?:onse|\.)? auto\.?|nieobecność|automatická odpověď|automatická odpoveď|mimo kancelář|"
    r"automatikus válasz|házon kívül|автоматический ответ|автоответ|автовідповідь|otomatik yanıt|răspuns automat|"
    r"afwezig(?:heids(?:bericht|melding)?|heid)?|buiten kantoor|αυτόματη απάντηση|trả lời tự động|balasan otomatis|"
    r"ooo|(?:on )?vacation(?: (?:reply|response|notice|message))?|away from (?:the|my) (?:office|desk|mail|email)|i am (?:out of the office|on vacation)|"
    r"自动回复|自动答复|自动应答|自動回覆|自動回復|外出自动回复|休假自动回复|外出通知|休假通知|外出中|休假中|不在办公室|不在辦公室|"
    r"自動応答|自動返信|自動応答メール|不在通知|不在(?:のお知らせ|連絡|の為)?|休暇(?:のお知らせ|中)|外出中|"
    r"자동 ?(?:회신|응답|답장)|부재 ?중|부재중 알림|מענה אוטומטי|رد تلقائي)"
    r"\s*(?:$|[:：\-–—(（【\[]|(?:re|aw|sv|回复|答复|回覆)\s?[:：])|"
    r"out[ -]of[ -](?:the[ -])?office\s*(?:$|[:：\-–—(]|auto|re:|until|from|notif|reply|message|response|assistant)|"
    r"auto\s?[:：].{0,80}(?:out of|away|vacation|leave)|"
    r".{0,8}[\[(（【]\s?(?:auto(?:matic)?[- ]?reply|自动回复|自动答复|自動返信|自動回覆|자동회신)\s?[\])）】]|\[auto\]"
    r")",
    re.IGNORECASE,
)
ANSWERING_FIELDS = frozenset((
    "x-autoreply", "x-autorespond", "x-autoresponse", "x-autoreply-from", "x-mail-autoreply", "x-auto-reply",
    "x-autogenerated-reply", "x-vacation", "x-ms-exchange-inbox-rules-loop-reply",
))  # fmt: skip
MACHINE_FIELDS = frozenset(
    (
        "x-fc-machinegenerated",
        "x-autogenerated",
        "x-auto-generated",
        "x-cron-env",
        "x-amazon-mail-relay-type",
    )
)
BULK_FIELDS = frozenset(("list-id", "list-unsubscribe", "list-post", "x-campaign", "x-mailgun-tag", "x-beenthere"))
