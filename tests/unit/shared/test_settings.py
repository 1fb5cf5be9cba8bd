"""Settings from the environment: what is missing or wrong is named by its variable, never shown."""

from pathlib import Path

import pytest

from gongdan.shared.settings import BaseServiceSettings, from_environment


class Some(BaseServiceSettings):
    """Settings of a service that does not exist."""

    http_port: int = 0


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What every service requires is there."""
    monkeypatch.setenv("GONGDAN_DATABASE_URL", "postgresql+asyncpg://gongdan@127.0.0.1/gongdan")
    monkeypatch.setenv("GONGDAN_KAFKA_BOOTSTRAP", "127.0.0.1:9092")


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGDAN_HTTP_PORT", "8099")
    assert from_environment(Some).http_port == 8099


def test_a_setting_may_come_from_the_file_that_a_variable_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "url").write_text("postgresql+asyncpg://other@127.0.0.1/gongdan\n")
    monkeypatch.delenv("GONGDAN_DATABASE_URL")
    monkeypatch.setenv("GONGDAN_DATABASE_URL_FILE", str(tmp_path / "url"))
    assert from_environment(Some).database_url == "postgresql+asyncpg://other@127.0.0.1/gongdan"


def test_a_missing_setting_ends_the_process_with_the_name_of_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GONGDAN_DATABASE_URL")
    with pytest.raises(SystemExit, match="GONGDAN_DATABASE_URL: is missing"):
        from_environment(Some)


def test_a_wrong_setting_is_named_and_its_value_kept_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGDAN_DATABASE_POOL", "hunter2")
    with pytest.raises(SystemExit, match="GONGDAN_DATABASE_POOL: Input should be a valid integer") as ended:
        from_environment(Some)
    assert "hunter2" not in str(ended.value)


def test_a_file_that_cannot_be_read_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGDAN_DATABASE_URL_FILE", "/nowhere/url")
    with pytest.raises(SystemExit, match=r"cannot be read: .*/nowhere/url"):
        from_environment(Some)
