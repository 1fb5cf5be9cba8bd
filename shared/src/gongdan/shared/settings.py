"""What every service needs to be told. Environment variables `GONGDAN_…`; secrets may come from `GONGDAN_…_FILE`."""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

PREFIX = "GONGDAN_"
LEISURELY_BATCH = 200
WORDS = {"missing": "is missing; give it, or a file that holds it in the variable with _FILE behind"}

Kind = TypeVar("Kind", bound="BaseServiceSettings")


def read_secret_files(environment: Mapping[str, str]) -> dict[str, str]:
    """Values of all `GONGDAN_X_FILE` variables as `{x: content}`. Raises OSError for a file that cannot be read."""
    return {
        name.removeprefix(PREFIX).removesuffix("_FILE").lower(): Path(path).read_text().strip()
        for name, path in environment.items()
        if name.startswith(PREFIX) and name.endswith("_FILE")
    }


def from_environment(kind: type[Kind]) -> Kind:
    """The settings of this process. Ends it (status 1), naming each variable that is missing or wrong, and no value."""
    try:
        return kind()
    except (ValidationError, SettingsError) as error:
        raise SystemExit("\n".join(["the settings of this service are not complete:", *_wrong(error)])) from None
    except OSError as error:
        raise SystemExit(f"a {PREFIX}…_FILE variable names a file that cannot be read: {error}") from None


def _wrong(error: ValidationError | SettingsError) -> list[str]:
    if isinstance(error, SettingsError):
        return [f"  {error}"]
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return [f"  {PREFIX}{str(one['loc'][0]).upper()}: {WORDS.get(one['type'], one['msg'])}" for one in found]


class SecretFilesSource(EnvSettingsSource):
    """Reads settings from the files that `GONGDAN_X_FILE` variables name."""

    def __call__(self) -> dict[str, Any]:
        """All settings found, by field name; names that the service does not know are left out."""
        known = self.settings_cls.model_fields
        return {name: value for name, value in read_secret_files(os.environ).items() if name in known}


class BaseServiceSettings(BaseSettings):
    """The settings common to all services. No secret has a default.

    `kafka_batch_gap_ms`: a batch begins no sooner than this after the last one, unless that was full. Intake lets
    messages gather for all who come after it; those behind whom nobody waits let more gather, since a batch costs much
    the same however small it is.
    `kafka_seldom_ms`: the same for topics that nobody waits for. `niceness` is how far the process stands back when the
    processor is short: those who accept, decide and answer come before those who time and tell.
    `kafka_most_partitions` bounds what topics are made with: each partition costs the broker and its readers a little
    all the time, and no more replicas of a service can share the work than there are.
    `trusted_proxies`: addresses and networks whose `X-Forwarded-For` is believed, separated by commas.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    database_url: str
    database_pool: int = Field(default=8, ge=2, le=100)
    kafka_bootstrap: str
    kafka_idempotence: bool = True
    kafka_in_memory: bool = False
    kafka_replication: int = Field(default=1, ge=1)
    kafka_most_partitions: int = Field(default=100, ge=1)
    kafka_fetch_wait_ms: int = Field(default=500, ge=1)
    kafka_session_ms: int = Field(default=10_000, ge=1_000, le=300_000)
    kafka_batch: int = Field(default=500, ge=1, le=10_000)
    kafka_batch_gap_ms: int = Field(default=20, ge=0, le=10_000)
    kafka_seldom_ms: int = Field(default=500, ge=0, le=10_000)
    niceness: int = Field(default=0, ge=0, le=19)
    http_host: str = "127.0.0.1"
    http_port: int
    trusted_proxies: str = "127.0.0.1"
    drain_timeout: timedelta = timedelta(seconds=5)
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def at_leisure(self) -> Self:
        """The same for topics that nobody waits for: written and read seldom, in pieces that let others in between."""
        gap = max(self.kafka_batch_gap_ms, self.kafka_seldom_ms)
        return self.model_copy(
            update={"kafka_batch_gap_ms": gap, "kafka_batch": min(self.kafka_batch, LEISURELY_BATCH)}
        )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over secret files."""
        return init_settings, env_settings, SecretFilesSource(settings_cls, env_prefix=PREFIX)
