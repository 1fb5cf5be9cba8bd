"""`gongdan send`: one message on any channel to a running installation, and what became of it."""

import json
import time
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from gongdan.shared.embedded import samples
from gongdan.shared.embedded.client import Client, Json
from gongdan.shared.embedded.commands.where import told_plainly, where_of
from gongdan.shared.embedded.errors import FixSetup

send = typer.Typer(no_args_is_help=True, help="Send a message on any channel to a running installation.")

Wait = Annotated[int, typer.Option(help="Seconds to wait for what becomes of it; 0 does not wait.", min=0, max=30)]
Subject = Annotated[str, typer.Option(help="What it is about.")]
Text = Annotated[str, typer.Option(help="What it says.")]
Requester = Annotated[str, typer.Option("--from", help="The address of who asks.")]
Files = Annotated[list[Path] | None, typer.Option("--file", help="A file to send along; may be given several times.")]
Fields = Annotated[list[str] | None, typer.Option("--set", help="A field as name=value; may be given several times.")]

SUBJECT = "打印机坏了"
TEXT = "三楼的打印机不工作, urgent please."
CUSTOMER = "lin@example.com"
USUAL_WAIT = 10


@send.command()
def mail(
    context: typer.Context,
    to: Annotated[str, typer.Option(help="The support address.")] = "support@gongdan.localhost",
    sender: Requester = CUSTOMER,
    subject: Subject = SUBJECT,
    text: Text = TEXT,
    file: Files = None,
) -> None:
    """A mail, by SMTP."""
    with told_plainly(), where_of(context).client() as client:
        message = samples.mail(sender, to, subject, text, tuple(file or ()))
        message_id = samples.send_mail(message, where_of(context).ports.smtp)
        if message_id is None:
            typer.echo("kept, but set aside: see `gongdan quarantine list`")
        else:
            _tell(client, {"message_id": message_id}, USUAL_WAIT)


@send.command()
def message(
    context: typer.Context,
    sender: Requester = CUSTOMER,
    subject: Subject = SUBJECT,
    text: Text = TEXT,
    ticket: Annotated[str | None, typer.Option(help="The ticket it belongs to.")] = None,
    wait: Wait = USUAL_WAIT,
) -> None:
    """An API message."""
    body: Json = {"requester": {"email": sender}, "subject": subject, "text": text}
    with told_plainly(), where_of(context).client() as client:
        _tell(client, client.post("/intake/v1/messages", body | ({"ticket": ticket} if ticket else {})), wait)


@send.command()
def call(
    context: typer.Context,
    number: Annotated[str, typer.Option("--from", help="The number of who called.")] = "+8613800138000",
    subject: Subject = SUBJECT,
    notes: Annotated[str, typer.Option(help="What was said.")] = TEXT,
    wait: Wait = USUAL_WAIT,
) -> None:
    """A telephone call, as its agent logs it."""
    body = {"from": number, "subject": subject, "notes": notes}
    with told_plainly(), where_of(context).client() as client:
        _tell(client, client.post("/intake/v1/calls", body), wait)


@send.command()
def form(
    context: typer.Context,
    name: Annotated[str, typer.Option("--form", help="The form's name.")] = "contact",
    field: Fields = None,
    file: Files = None,
    wait: Wait = USUAL_WAIT,
) -> None:
    """A form submission; without --set, one that fits the form `contact`."""
    usual = {"name": "Lin", "email": CUSTOMER, "subject": SUBJECT, "message": TEXT}
    with told_plainly(), where_of(context).client() as client:
        files = [("file", samples.read_file(path)) for path in file or ()]
        answers = _pairs(field) or usual
        _tell(client, client.post_form(f"/intake/v1/forms/{name}/submissions", answers, files), wait)


@send.command()
def webhook(
    context: typer.Context,
    source: Annotated[str, typer.Option(help="The source's name.")] = "example",
    payload: Annotated[str | None, typer.Option(help="The JSON document to post.")] = None,
    secret_file: Annotated[Path | None, typer.Option(help="File of the secret to sign with (whsec_…).")] = None,
    wait: Wait = USUAL_WAIT,
) -> None:
    """A partner's webhook, signed as Standard Webhooks says."""
    usual = json.dumps({"subject": SUBJECT, "body": TEXT, "email": CUSTOMER})
    with told_plainly(), where_of(context).client() as client:
        secret = secret_file or where_of(context).existing().example_source_secret
        body = (payload or usual).encode()
        _, content, _ = samples.read_file(secret)
        headers = samples.signed(body, content.decode().strip(), f"msg_{uuid4().hex}", int(time.time()))
        _tell(client, client.post_raw(f"/intake/v1/hooks/{source}", body, headers), wait)


def _pairs(fields: list[str] | None) -> dict[str, str]:
    for one in fields or ():
        if "=" not in one:
            raise FixSetup(f"--set {one} has no value", "write it as name=value")
    return dict(one.split("=", 1) for one in fields or ())


def _tell(client: Client, receipt: Json, wait: int) -> None:
    duplicate = " (known already)" if receipt.get("duplicate") else ""
    typer.echo(f"accepted as message {receipt['message_id']}{duplicate}")
    if wait:
        typer.echo(became(client.get(f"/v1/messages/{receipt['message_id']}", {"wait": wait})))


def became(outcome: Json) -> str:
    """What became of a message, as a sentence."""
    if outcome["status"] == "applied":
        return f"it {outcome.get('how') or 'went to'} ticket {outcome['ticket']}, version {outcome['version']}"
    reason = outcome.get("reason")
    return f"it is {outcome['status']}" + (f": {reason} ({outcome.get('detail') or 'no detail'})" if reason else "")
