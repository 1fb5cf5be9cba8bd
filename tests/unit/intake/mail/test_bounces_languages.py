"""Bounces in many languages: known by their subject, told to wait from given up, and told from reports of success."""

# ruff: noqa: E501 - a row of a table stays one row

import pytest

from gongdan.intake.domain.mail import bounces, content, mime
from gongdan.intake.domain.mail.automatic import Look, automatic
from gongdan.intake.domain.mail.bounces import Bounce
from gongdan.shared.contracts.messages import Automatic
from tests.unit.intake.mail.mails import OWN

GONE = "gone@example.net"

SUBJECTS = {
    "de": "Zustellung fehlgeschlagen: Pumpe",
    "fr": "Échec de la remise : Pompe",
    "es": "No se puede entregar: Bomba",
    "it": "Recapito non riuscito: Pompa",
    "pt": "Não é possível entregar: Bomba",
    "nl": "Niet te bezorgen: Pomp",
    "pl": "Niedostarczalne: Pompa",
    "sv": "Kan inte levereras: Pump",
    "da": "Kan ikke leveres: Pumpe",
    "fi": "Toimittamaton: Pumppu",
    "cs": "Nedoručeno: Pumpa",
    "sl": "Ni mogoče dostaviti: Črpalka",
    "bg": "Недоставено съобщение: Помпа",
    "uk": "Не вдалося доставити: Насос",
    "ro": "Nelivrabil: Pompă",
    "tr": "İletilemedi: Pompa",
    "lt": "Nepristatyta: Siurblys",
    "el": "Δεν ήταν δυνατή η παράδοση: Αντλία",
    "vi": "Không thể gửi: Bơm",
    "id": "Gagal terkirim: Pompa",
    "th": "ไม่สามารถส่ง: ปั๊ม",
    "he": "לא ניתן למסירה: משאבה",
    "ar": "غير قابل للتسليم: مضخة",
    "ko": "배달되지 않음: 펌프",
}

WAITING = {
    "de": "Die Zustellung an gone@example.net wird in den nächsten 47 Stunden erneut versucht.",
    "fr": "Gmail réessaiera pendant 47 heures de remettre votre message à gone@example.net.",
    "es": "Error temporal al enviar tu mensaje a gone@example.net. Gmail lo volverá a intentar. Recibirás una notificación si falla de forma permanente.",
    "it": "Consegna a gone@example.net incompleta. Gmail riproverà per altre 47 ore.",
    "pt": "Entrega a gone@example.net incompleta. O Gmail tentará novamente por mais 47 horas.",
    "ru": "Сообщение для gone@example.net задержано. Попытки доставки будут повторяться, сервер повторит попытку позже.",
    "zh": "系统在将您的邮件发送至 gone@example.net 时暂时出现了问题。Gmail 将在接下来的 47 小时内重试。",
    "ja": "gone@example.net への配信中に問題が発生しました。あと 47 時間 再試行を続けます。",
    "ko": "gone@example.net 님에게 전송하지 못했습니다. 47시간 동안 다시 시도합니다.",
}

GIVEN_UP = {
    "zh": "您的邮件未送达 gone@example.net，请检查地址后重试。",
    "de": "Ihre Nachricht an gone@example.net wurde nicht zugestellt. Bitte versuchen Sie es erneut.",
    "es": "Su mensaje no se pudo entregar a gone@example.net. Vuelva a intentarlo.",
    "ja": "gone@example.net に配信できませんでした。宛先を確認して再試行してください。",
}


def mail(subject: str, text: str, sender: str) -> bytes:
    """A mail of a mail system."""
    fields = f"Return-Path: <>\nFrom: {sender}\nTo: support@gongdan.example\nSubject: {subject}\n"
    return f"{fields}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()


def kind(raw: bytes) -> Automatic:
    """What wrote a mail."""
    parsed = mime.parse(raw)
    return automatic(Look(parsed, OWN, parsed.headers.text("subject"), content.read(parsed).text))


def read(raw: bytes) -> Bounce:
    """What a bounce says."""
    parsed = mime.parse(raw)
    return bounces.read(parsed, content.read(parsed).text)


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS.keys())
def test_a_bounce_is_known_by_its_subject(subject: str) -> None:
    assert kind(mail(subject, f"{GONE}\n", "postmaster@example.net")) is Automatic.BOUNCE


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS.keys())
def test_what_a_person_asks_about_a_bounce_is_none(subject: str) -> None:
    raw = mail(f"Re: {subject}", "Hello, what does this mean?", "a@example.com").replace(b"Return-Path: <>\n", b"")
    assert kind(raw) is Automatic.NO


@pytest.mark.parametrize("text", WAITING.values(), ids=WAITING.keys())
def test_what_is_tried_again_is_not_given_up(text: str) -> None:
    assert read(mail("Delay", text, "mailer-daemon@example.net")) == Bounce((GONE,), permanent=False)


@pytest.mark.parametrize("text", GIVEN_UP.values(), ids=GIVEN_UP.keys())
def test_who_may_try_again_himself_was_not_reached(text: str) -> None:
    assert read(mail("Failure", text, "mailer-daemon@example.net")) == Bounce((GONE,), permanent=True)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "Delivered (to mailbox)"])
def test_a_report_of_success_alone_names_nobody(action: str) -> None:
    status = (
        f"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; {GONE}\nAction: {action}\nStatus: 2.0.0"
    )
    text = f"Content-Type: text/plain\n\nThe mail to {GONE} was passed on."
    raw = f"From: postmaster@example.net\nContent-Type: multipart/report; boundary=b\n\n--b\n{text}\n--b\n{status}\n--b--\n"
    assert read(raw.encode()) == Bounce((), permanent=False)
