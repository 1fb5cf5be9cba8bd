"""Headers, signatures and attributions in languages of which few mails come, and what their words do not mean."""

import pytest

from gongdan.intake.domain.mail import quotes

NEW = "It still leaks, 3 litres a day."
SENDER = "Support <support@example.com>"

LABELS = {
    "bg": ("От", "Изпратено", "До", "Относно"),
    "mk": ("Од", "Испратено", "До", "Предмет"),
    "sr": ("Од", "Послато", "Коме", "Наслов"),
    "hr": ("Šalje", "Poslano", "Prima", "Predmet"),
    "sl": ("Od", "Poslano", "Za", "Zadeva"),
    "et": ("Saatja", "Saadetud", "Adressaat", "Teema"),
    "lt": ("Nuo", "Išsiųsta", "Kam", "Tema"),
    "ca": ("De", "Enviat el", "Per a", "Tema"),
    "eu": ("Nork", "Bidaltze-data", "Nori", "Gaia"),
    "is": ("Frá", "Sent", "Til", "Efni"),
    "ms": ("Daripada", "Dihantar", "Kepada", "Subjek"),
    "th": ("จาก", "ส่ง", "ถึง", "เรื่อง"),
    "hi": ("प्रेषक", "भेजा गया", "प्रति", "विषय"),
    "fa": ("از", "ارسال شده", "به", "موضوع"),
    "kk": ("Кімнен", "Жіберілді", "Кімге", "Тақырып"),
    "az": ("Kimdən", "Göndərildi", "Kimə", "Mövzu"),
    "ka": ("გამგზავნი", "გაგზავნილია", "ადრესატი", "თემა"),
    "ko": ("발신", "보낸 날짜", "수신", "제목"),
}

SIGNATURES = (
    "Sent from ProtonMail mobile",
    "Изпратено от моя iPhone",
    "Послато са мог iPhone-а",
    "Poslano z mojega iPhona",
    "Saadetud minu iPhone'ist",
    "Nosūtīts no mana iPhone",
    "Išsiųsta iš mano iPhone",
    "Enviat des del meu iPhone",
    "ส่งจาก iPhone ของฉัน",
    "मेरे iPhone से भेजा गया",
    "ارسال شده از iPhone",
    "発信元：iPhone",
    "发送自 Windows 10 版邮件应用",
    "取得 iOS 版 Outlook",
)

ENDINGS = (
    f"pon, 2. mar 2026. u 10:20 {SENDER} je napisao/la:\n\nOld",
    "2 Mar 2026, 10:20 by support@example.com:\n\nOld",
    "02.03.2026, 10:20 von support@example.com:\n\nOld",
    "-----Özgün İleti-----\nOld",
)

WHOLE = (
    "Za: 3 votes\nProti: 2 votes",
    "До: 20 литров\nПосле: 5 литров",
    "Tema: the pump\nIt leaks.",
    "Od: ponedeljka\nDo: petka",
    "At 10:20 I was told by support@example.com:\nwait.",
)


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS.keys())
@pytest.mark.parametrize("around", ["{}:", "*{}:*"])
def test_a_header_in_a_rare_language_ends_the_reply(labels: tuple[str, ...], around: str) -> None:
    sender, date, to, subject = map(around.format, labels)
    header = f"{sender} {SENDER}\n{date} 2. 3. 2026 10:20\n{to} A Customer <a@example.com>\n{subject} Pump"
    assert quotes.reply_in(f"{NEW}\n\n{header}\n\nOld") == NEW


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_device_that_signs_in_a_rare_language_is_kept_apart(signature: str) -> None:
    assert quotes.reply_in(f"{NEW}\n\n{signature}") == NEW


@pytest.mark.parametrize("ending", ENDINGS)
def test_history_that_few_programs_announce_so_is_left_out(ending: str) -> None:
    assert quotes.reply_in(f"{NEW}\n\n{ending}") == NEW


@pytest.mark.parametrize("text", WHOLE)
def test_the_words_of_a_header_are_only_words_elsewhere(text: str) -> None:
    assert quotes.reply_in(text) == text
