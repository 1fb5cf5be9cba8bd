"""What lies where in the data folder, and opening one: made when missing, refused when of another version."""

import base64
import contextlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gongdan.shared.embedded.errors import FixSetup, unwritable

LAYOUT_VERSION = "1"
# What a new file system, and a first start that was killed, leave in a folder that is as good as empty.
LEFT = ("lost+found", ".version.")


@dataclass(frozen=True, slots=True)
class DataDir:
    """The paths of one data folder (GONGDAN_DATA_DIR, else `.gongdan`). Secrets are files of mode 600."""

    root: Path

    @property
    def version(self) -> Path:
        """Holds the version of this layout."""
        return self.root / "version"

    @property
    def lock(self) -> Path:
        """Held locked, and holding the process id, while an installation runs on the folder."""
        return self.root / "gongdan.pid"

    @property
    def admin_token(self) -> Path:
        """The bearer token that may do everything."""
        return self.root / "admin-token"

    @property
    def signing_key(self) -> Path:
        """The key that signs Message-IDs."""
        return self.root / "signing-key"

    @property
    def example_source_secret(self) -> Path:
        """The secret that signs webhooks of the source `example`, in Standard Webhooks form."""
        return self.root / "example-source-secret"

    @property
    def postgres_password(self) -> Path:
        """The password of the database role `gongdan`."""
        return self.root / "postgres-password"

    @property
    def postgres(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.root / "pg"

    @property
    def blobs(self) -> Path:
        """Attachments and raw mails, under their SHA-256."""
        return self.root / "blobs"

    @property
    def mail(self) -> Path:
        """Caught outgoing mail, a Maildir."""
        return self.root / "mail"

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.root / "logs"

    def log(self, name: str) -> Path:
        """The log file of one process."""
        return self.logs / f"{name}.log"


def open_data_dir(root: Path) -> DataDir:
    """Make or check the folder and its secrets. Raises FixSetup when it cannot be used as it is."""
    data = DataDir(root.expanduser().resolve())
    try:
        _check_ours(data)
        _make_folders(data)
        for path in (data.admin_token, data.signing_key):
            ensure_secret(path)
        ensure_secret(data.example_source_secret, _webhook_secret)
    except OSError as error:
        raise unwritable(data.root, error) from error
    return data


def _plain_secret() -> str:
    return secrets.token_urlsafe(32)


def _webhook_secret() -> str:
    """Source: Standard Webhooks 1.0.0, `whsec_` and 24 to 64 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def ensure_secret(path: Path, make: Callable[[], str] = _plain_secret) -> str:
    """The secret in the file, made of 32 random bytes when there is none; never half-written, mode 600."""
    if not path.exists():
        _write_whole(path, make() + "\n")
    return path.read_text().strip()


def _check_ours(data: DataDir) -> None:
    """Nothing is changed in a folder that is somebody else's, or of another version."""
    if data.root.exists() and not data.root.is_dir():
        raise FixSetup(f"{data.root} is no folder", "set GONGDAN_DATA_DIR to a new folder")
    if not data.version.exists():
        found = data.root.iterdir() if data.root.exists() else ()
        if not all(path.name.startswith(LEFT) for path in found):
            raise FixSetup(
                f"{data.root} holds files, and none of them is Gongdan's",
                "set GONGDAN_DATA_DIR to a folder that is new or empty",
            )
        return
    version = data.version.read_text().strip()
    if version != LAYOUT_VERSION:
        raise FixSetup(
            f"{data.root} has layout version {version or 'none'}, this Gongdan reads version {LAYOUT_VERSION}",
            "run the Gongdan that made it, or set GONGDAN_DATA_DIR to a new folder",
        )


def _make_folders(data: DataDir) -> None:
    data.root.mkdir(parents=True, exist_ok=True)
    if not data.version.exists():
        _write_whole(data.version, LAYOUT_VERSION + "\n")
    # PostgreSQL never runs as root: its own user must be able to pass through to `pg`, but to list nothing.
    data.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
    for folder in (data.blobs, data.mail, data.logs):
        folder.mkdir(mode=0o700, exist_ok=True)


def _write_whole(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
