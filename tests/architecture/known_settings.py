"""What settings a service's code knows, as environment variables."""

from functools import cache
from importlib import import_module
from tempfile import TemporaryDirectory

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from gongdan.shared.clock import SystemClock
from gongdan.shared.service import Service
from gongdan.shared.settings import PREFIX, BaseServiceSettings
from tests.architecture.house import Member

FOLDER = TemporaryDirectory()
MADE_UP = {
    "GONGDAN_BLOBS_DIR": FOLDER.name,
    "GONGDAN_DATABASE_URL": "postgresql+asyncpg://gongdan@127.0.0.1/gongdan",
    "GONGDAN_SMTP_URL": "smtp://127.0.0.1:25",
    "GONGDAN_KAFKA_BOOTSTRAP": "127.0.0.1:9092",
}


@cache
def settings_class(member: Member) -> type[BaseServiceSettings]:
    """The one settings class that a service defines."""
    module = import_module(f"{member.dotted}.settings")
    (found,) = (
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, BaseServiceSettings) and one.__module__ == module.__name__
    )
    return found


def fields(member: Member) -> dict[str, FieldInfo]:
    """The settings by environment variable."""
    return {f"{PREFIX}{name}".upper(): info for name, info in settings_class(member).model_fields.items()}


def known(member: Member) -> set[str]:
    """Every variable that the service reads; each may also be given as a file."""
    names = fields(member).keys()
    return {*names, *(f"{name}_FILE" for name in names)}


def required(member: Member) -> set[str]:
    """The variables without which the service does not start."""
    return {name for name, info in fields(member).items() if info.is_required()}


def secrets(member: Member) -> set[str]:
    """The variables that must not stand in any file of the repository."""
    return {name for name, info in fields(member).items() if SecretStr in (info.annotation, *_parts(info))}


def port(member: Member) -> int:
    """The HTTP port that the service listens on when nobody says otherwise."""
    value: int = fields(member)[f"{PREFIX}HTTP_PORT"].default
    return value


def longest_drain(member: Member) -> float:
    """Seconds that the service may take to end when each of its parts uses all the time that it has."""
    service = built(member)
    return (1 + len(service.parts)) * service.settings.drain_timeout.total_seconds()


def built(member: Member) -> Service:
    """The service as its composition root makes it, not started; what it requires is made up."""
    given = {name.removeprefix(PREFIX).lower(): MADE_UP.get(name, "x" * 40) for name in required(member)}
    service = import_module(f"{member.dotted}.app").build(settings_class(member).model_validate(given), SystemClock())
    assert isinstance(service, Service)
    return service


def _parts(info: FieldInfo) -> tuple[object, ...]:
    return getattr(info.annotation, "__args__", ())
