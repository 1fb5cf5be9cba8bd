"""`gongdan parked`: records that a service could not process, why, and the way back."""

import asyncio
import logging
from typing import Annotated

import typer

from gongdan.shared.bus.parking import Parked, list_parked, release
from gongdan.shared.contracts.topics import SERVICES
from gongdan.shared.embedded.client import Json
from gongdan.shared.embedded.commands.get import Format, Output, print_answer
from gongdan.shared.embedded.commands.tables import pick
from gongdan.shared.embedded.commands.where import Where, told_plainly, where_of
from gongdan.shared.embedded.errors import FixSetup
from gongdan.shared.errors import RetryLater
from gongdan.shared.settings import BaseServiceSettings

COLUMNS = ("id", "service", "topic", "key", "reason", "detail", "at")

parked = typer.Typer(no_args_is_help=True, help="Records that were set aside, and the way back.")

Service = Annotated[str | None, typer.Option(help=f"Only what this service set aside: {', '.join(SERVICES)}.")]
Bootstrap = Annotated[str | None, typer.Option(help="Kafka as host:port; without it, that of the installation.")]


@parked.command("list")
def list_(
    context: typer.Context, service: Service = None, bootstrap: Bootstrap = None, output: Output = Format.TABLE
) -> None:
    """What is parked and was not released, and why; as JSON or YAML with the records themselves."""
    with told_plainly():
        found = _find(where_of(context), service, bootstrap)
    items = [_row(item) | _record(item) for item in found]
    print_answer({"items": items}, output, lambda answer: pick(answer["items"], COLUMNS), "nothing is parked")


@parked.command("release")
def release_(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(help="Ids as `list` shows them; none means all.")] = None,
    service: Service = None,
    bootstrap: Bootstrap = None,
) -> None:
    """Send records to their topics again, after their cause was mended."""
    with told_plainly():
        found = _find(where_of(context), service, bootstrap)
        chosen = [item for item in found if not ids or _id(item) in ids]
        missing = set(ids or ()) - {_id(item) for item in found}
        if missing:
            raise FixSetup(f"nothing is parked as {', '.join(sorted(missing))}", "take ids from `gongdan parked list`")
        count = _patiently(_settings(where_of(context), bootstrap), chosen)
    typer.echo(f"{count} released")


def _row(item: Parked) -> Json:
    return {
        "id": _id(item),
        "service": item.service,
        "topic": item.topic,
        "key": item.record.key,
        "reason": item.reason,
        "detail": item.detail,
        "at": item.at,
    }


def _record(item: Parked) -> Json:
    """The record as it was, for whoever looks for its fault."""
    headers = {name: value.decode("utf-8", "replace") for name, value in item.record.headers}
    value = item.record.value
    return {"headers": headers, "value": None if value is None else value.decode("utf-8", "replace")}


def _id(item: Parked) -> str:
    return f"{item.service}:{item.topic.split('.')[1]}:{item.record.offset}"


def _find(where: Where, service: str | None, bootstrap: str | None) -> list[Parked]:
    if service is not None and service not in SERVICES:
        raise FixSetup(f"there is no service {service}", f"choose one of {', '.join(SERVICES)}")
    settings = _settings(where, bootstrap)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # whoever typed this hears it from us
    try:
        return asyncio.run(list_parked(settings, service))
    except RetryLater as fault:
        cure = "start the installation with `gongdan up`, or name Kafka by --bootstrap"
        raise FixSetup(f"Kafka does not answer at {settings.kafka_bootstrap}", cure) from fault


def _patiently(settings: BaseServiceSettings, chosen: list[Parked]) -> int:
    try:
        return asyncio.run(release(settings, chosen))
    except RetryLater as fault:
        raise FixSetup(str(fault), "try again when Kafka answers; what was released already is taken once") from fault


def _settings(where: Where, bootstrap: str | None) -> BaseServiceSettings:
    address = bootstrap or f"127.0.0.1:{where.ports.broker}"
    return BaseServiceSettings(database_url="", kafka_bootstrap=address, kafka_idempotence=False, http_port=0)
