"""How the embedded PostgreSQL is set up: its configuration file, sized for a machine of two cores. Pure.

Its log of changes may grow before a checkpoint, and is not packed: after each checkpoint every page is written whole
when it first changes, and this build can pack pages only slowly (pglz). After a crash up to so much is read again.
"""

ROLE = "gongdan"
DATABASE = "gongdan"

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "synchronous_commit": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_naptime": "15s",
    "autovacuum_vacuum_scale_factor": "0.05",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


def configuration(port: int) -> str:
    """The text of `postgresql.conf`; what a person puts into `local.conf` beside it wins."""
    lines = [
        "# Written anew at every start; put own settings into local.conf.",
        *(f"{name} = '{value}'" for name, value in {**_SETTINGS, "port": str(port)}.items()),
        "include_if_exists 'local.conf'",
    ]
    return "\n".join(lines) + "\n"


def initdb_arguments(data: str, password_file: str, platform: str) -> tuple[str, ...]:
    """The arguments of initdb: UTF-8 by Unicode's own rules, so that text sorts alike on every machine."""
    return (
        f"--pgdata={data}",
        f"--username={ROLE}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        # pg_trgm still asks the C library which characters are letters.
        f"--locale={'C.UTF-8' if platform == 'linux' else 'en_US.UTF-8'}",
    )


def url(port: int, password: str, driver: str = "postgresql+asyncpg", database: str = DATABASE) -> str:
    """The address of the database; the password is URL-safe as generated."""
    return f"{driver}://{ROLE}:{password}@127.0.0.1:{port}/{database}"
