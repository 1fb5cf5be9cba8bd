"""Which port everything listens on. Pure."""

from dataclasses import dataclass, fields

from gongdan.shared.embedded.errors import FixSetup

HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Ports:
    """The TCP ports of one installation, all on 127.0.0.1."""

    front: int = 8080
    intake: int = 8081
    router: int = 8082
    sla_timer: int = 8083
    notifier: int = 8084
    api: int = 8085
    smtp: int = 2525
    catcher: int = 2526
    postgres: int = 5433
    broker: int = 9092

    @classmethod
    def shifted(cls, offset: int) -> "Ports":
        """All ports moved by `offset` (GONGDAN_PORT_OFFSET), so that installations run side by side."""
        base = cls()
        shifted = {field.name: getattr(base, field.name) + offset for field in fields(cls)}
        if offset < 0 or max(shifted.values()) > HIGHEST_PORT:
            top = HIGHEST_PORT - max(base.all().values())
            raise FixSetup(
                f"GONGDAN_PORT_OFFSET={offset} leaves no room for all ports",
                f"choose a number from 0 to {top}, for example 10000",
            )
        return cls(**shifted)

    def all(self) -> dict[str, int]:
        """Port by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def of(self, service: str) -> int:
        """The HTTP port of a service by its name, such as `sla-timer`."""
        return self.all()[service.replace("-", "_")]
