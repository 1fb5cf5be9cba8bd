"""The demo: one message on every channel to a running installation, followed until all of its effects are seen."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import uuid4

from gongdan.shared.embedded import samples
from gongdan.shared.embedded.client import Client
from gongdan.shared.embedded.story import Sent, Story, missing

WAIT_SECONDS = 10
PATIENCE_SECONDS = 30.0
PAUSE_SECONDS = 0.2
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)


@dataclass(frozen=True, slots=True)
class Demo:
    """Sends and follows. `secret` signs the webhooks of the source `example`."""

    client: Client
    smtp_port: int
    secret: str

    def send(self) -> list[Sent]:
        """One message on every channel. Raises Refused or FixSetup."""
        channels = (self._mail, self._form, self._call, self._webhook, self._message)
        return [_timed(send) for send in channels]

    def follow(self, sent: Sent, patience: float = PATIENCE_SECONDS) -> Story:
        """Wait until nothing is missing any more, for `patience` seconds at most."""
        deadline = time.monotonic() + patience
        while True:
            story = self._look(sent)
            if not story.missing or time.monotonic() > deadline:
                return story
            time.sleep(PAUSE_SECONDS)

    def _look(self, sent: Sent) -> Story:
        if sent.message_id is None:
            return Story(sent, {}, {}, ("set aside: see `gongdan quarantine list`",))
        message = self.client.get(f"/v1/messages/{sent.message_id}", {"wait": WAIT_SECONDS})
        if message["status"] != "applied":
            return Story(sent, message, {}, (f"{message['status']}: {message.get('detail') or 'not decided yet'}",))
        ticket = self.client.get(f"/v1/tickets/{message['ticket']}")
        return Story(sent, message, ticket, missing(ticket, sent.channel))

    def _mail(self) -> Sent:
        customer = _somebody()
        text = "三楼的打印机不工作, urgent please."
        mail = samples.mail(customer, "support@gongdan.localhost", "打印机坏了", text)
        return Sent("email", customer, samples.send_mail(mail, self.smtp_port))

    def _form(self) -> Sent:
        customer = _somebody()
        answers = {"name": "Lin", "email": customer, "subject": "投影仪坏了", "message": "会议室的投影仪无法开机。"}
        files = [("file", ("photo.png", PICTURE, "image/png"))]
        receipt = self.client.post_form("/intake/v1/forms/contact/submissions", answers, files)
        return Sent("form", customer, receipt["message_id"])

    def _call(self) -> Sent:
        number = f"+86138{uuid4().int % 10**8:08}"
        body = {"from": number, "subject": "Asks for an offer", "notes": "Wants ten licences; call back."}
        return Sent("call", number, self.client.post("/intake/v1/calls", body)["message_id"])

    def _webhook(self) -> Sent:
        customer = _somebody()
        body = json.dumps({"subject": "Disk almost full", "body": "/var is at 97 %.", "email": customer}).encode()
        headers = samples.signed(body, self.secret, f"msg_{uuid4().hex}", int(time.time()))
        receipt = self.client.post_raw("/intake/v1/hooks/example", body, headers)
        return Sent("webhook", customer, receipt["message_id"])

    def _message(self) -> Sent:
        customer = _somebody()
        body = {"requester": {"email": customer}, "subject": "Cannot sign in", "text": "My password is not taken."}
        return Sent("api", customer, self.client.post("/intake/v1/messages", body)["message_id"])


def _timed(send: Callable[[], Sent]) -> Sent:
    began = time.perf_counter()
    return replace(send(), accepted_ms=(time.perf_counter() - began) * 1000)


def _somebody() -> str:
    return f"demo-{uuid4().hex[:10]}@example.com"
