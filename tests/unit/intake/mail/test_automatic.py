"""Whether a machine wrote it: RFC 3834, the habits of mail programs, and sentences that only sound like them."""

import pytest

from gongdan.shared.contracts.messages import Automatic
from tests.unit.intake.mail.mails import OWN, mail, message_of

REPORT = (
    b"This is a report.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    b"Final-Recipient: rfc822; x@example.net\r\nAction: failed\r\n--b--\r\n"
)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, Automatic.NO),
        ({"Auto_Submitted": "no"}, Automatic.NO),
        ({"Subject": "Delivery failure of my order"}, Automatic.NO),
        ({"Subject": "My parcel could not be delivered"}, Automatic.NO),
        ({"Subject": "Automatic reply does not work any more"}, Automatic.NO),
        ({"Subject": "Auto: winter tyres"}, Automatic.NO),
        ({"Subject": "外出打印机坏了"}, Automatic.NO),
        ({"Auto_Submitted": "auto-replied (vacation)"}, Automatic.AUTO_REPLY),
        ({"X_Autoreply": "yes"}, Automatic.AUTO_REPLY),
        ({"Precedence": "auto_reply"}, Automatic.AUTO_REPLY),
        ({"Subject": "Automatic reply: Pump"}, Automatic.AUTO_REPLY),
        ({"Subject": "自动回复: 水泵"}, Automatic.AUTO_REPLY),
        ({"Subject": "Out of Office"}, Automatic.AUTO_REPLY),
        ({"Subject": "Abwesenheitsnotiz: Pumpe"}, Automatic.AUTO_REPLY),
        ({"Subject": "Réponse automatique : Pompe"}, Automatic.AUTO_REPLY),
        ({"Subject": "Respuesta automática: Bomba"}, Automatic.AUTO_REPLY),
        ({"Subject": "Fuera de la oficina: Bomba"}, Automatic.AUTO_REPLY),
        ({"Subject": "Risposta automatica: Pompa"}, Automatic.AUTO_REPLY),
        ({"Subject": "Abwesenheitsmeldung - Pumpe"}, Automatic.AUTO_REPLY),
        ({"Subject": "Absence du bureau"}, Automatic.AUTO_REPLY),
        ({"Subject": "自動返信：ポンプ"}, Automatic.AUTO_REPLY),
        ({"Subject": "【自动回复】水泵"}, Automatic.AUTO_REPLY),
        ({"Subject": "자동 회신: 펌프"}, Automatic.AUTO_REPLY),
        ({"Subject": "Автоматический ответ: Насос"}, Automatic.AUTO_REPLY),
        ({"Subject": "Automatisch antwoord: Pomp"}, Automatic.AUTO_REPLY),
        ({"Subject": "AutoReply Re: Pump"}, Automatic.AUTO_REPLY),
        ({"Subject": "外出(自动回复): 水泵"}, Automatic.AUTO_REPLY),
        ({"Subject": "[AUTO] Out of the Office"}, Automatic.AUTO_REPLY),
        ({"From": "postmaster@example.it", "Subject": "Errore: messaggio non recapitato"}, Automatic.BOUNCE),
        ({"Subject": "自动回复功能坏了"}, Automatic.NO),
        ({"Subject": "发送失败怎么办"}, Automatic.NO),
        ({"Subject": "Absence of water in the pump"}, Automatic.NO),
        ({"Subject": "Vacation days are counted wrong"}, Automatic.NO),
        ({"Subject": "不在保修期内怎么办"}, Automatic.NO),
        ({"Content_Type": "multipart/report; report-type=disposition-notification; boundary=b"}, Automatic.AUTO_REPLY),
        ({"Auto_Submitted": "auto-generated"}, Automatic.BULK),
        ({"Precedence": "bulk"}, Automatic.BULK),
        ({"List_Id": "<news.example.com>"}, Automatic.BULK),
        ({"List_Unsubscribe": "<mailto:x@example.com>"}, Automatic.BULK),
        ({"X_Auto_Response_Suppress": "DR, OOF, AutoReply"}, Automatic.BULK),
        ({"X_Auto_Response_Suppress": "DR, RN"}, Automatic.NO),
        ({"X_Auto_Response_Suppress": "All", "In_Reply_To": "<a@example.com>"}, Automatic.NO),
        ({"List_Id": "Support <support.gongdan.example>", "Precedence": "list"}, Automatic.NO),
        ({"List_Post": "<mailto:support@gongdan.example>", "List_Unsubscribe": "<mailto:x@y>"}, Automatic.NO),
        ({"Return_Path": "<>"}, Automatic.BULK),
        ({"From": "MAILER-DAEMON@example.net", "Subject": "failure notice"}, Automatic.BOUNCE),
        ({"From": "Mail Delivery System <x@example.net>", "Subject": "Undelivered Mail"}, Automatic.BOUNCE),
        ({"From": "postmaster@example.net", "Subject": "系统退信/Systems bounce"}, Automatic.BOUNCE),
        ({"From": "postmaster@example.net", "Subject": "About your account"}, Automatic.BULK),
        ({"X_Failed_Recipients": "x@example.net"}, Automatic.BOUNCE),
        ({"Return_Path": "<>", "Subject": "Undeliverable: Pump"}, Automatic.BOUNCE),
        ({"X_Gongdan_Loop": OWN.mark, "Auto_Submitted": "auto-replied"}, Automatic.OWN),
        ({"X_Gongdan_Loop": "the mark of another installation"}, Automatic.NO),
        ({"Message_ID": f"<{OWN.make('GD-1', 'ab' * 8)}>"}, Automatic.OWN),
        ({"Message_ID": "<gd.GD-1.abababababababab.00000000000000000000@gongdan.example>"}, Automatic.NO),
    ],
)
def test_machines_are_told_from_people(fields: dict[str, str], kind: Automatic) -> None:
    assert message_of(mail(**fields)).automatic is kind


def test_a_delivery_report_is_a_bounce() -> None:
    raw = mail(b"--b\r\n\r\n" + REPORT, Content_Type="multipart/report; report-type=delivery-status; boundary=b")
    assert message_of(raw).automatic is Automatic.BOUNCE


def test_a_null_envelope_sender_asks_for_no_answer() -> None:
    assert message_of(mail(Subject="Pump"), sender="").automatic is Automatic.BULK
    assert message_of(mail(Subject="Returned mail: see transcript"), sender="").automatic is Automatic.BOUNCE
