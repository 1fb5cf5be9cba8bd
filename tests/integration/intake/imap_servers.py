"""Real IMAP servers for tests, on loopback: pymap always, Dovecot where it is installed."""

import asyncio
import getpass
import grp
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

USER, PASSWORD = "reader", "a-password-for-tests"
FOLDER = "Support"
GRACE = 5.0

DOVECOT = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:~/mail
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
auth_mechanisms = plain xoauth2
passdb {{
  driver = static
  mechanisms = plain
  args = password={password}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
"""


OAUTH2 = """
introspection_mode = post
introspection_url = http://127.0.0.1:{port}/introspect
username_attribute = username
active_attribute = active
active_value = true
"""


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Where it is. All calls block: a test makes them in a thread, or before anything else runs."""

    port: int

    def client(self) -> IMAPClient:
        """A signed-in client."""
        found = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=60)
        found.login(USER, PASSWORD)
        return found

    def put(self, *mails: bytes, folder: str = FOLDER) -> None:
        """Put mails into a folder, which is made if need be."""
        client = self.client()
        if not client.folder_exists(folder):
            client.create_folder(folder)
        for mail in mails:
            client.append(folder, mail)
        client.logout()

    def flags(self, folder: str = FOLDER) -> list[tuple[bytes, ...]]:
        """The flags of each mail in a folder, in order."""
        client = self.client()
        client.select_folder(folder, readonly=True)
        uids = client.search()
        found = client.get_flags(uids) if uids else {}
        client.logout()
        return [tuple(flag for flag in found[uid] if flag != rb"\Recent") for uid in uids]

    def number_anew(self) -> None:
        """Make the folder anew with the same mails, so that its UIDVALIDITY changes."""
        client = self.client()
        client.select_folder(FOLDER)
        mails = [item[b"BODY[]"] for _, item in sorted(client.fetch(client.search(), ["BODY.PEEK[]"]).items())]
        client.close_folder()
        client.delete_folder(FOLDER)
        client.logout()
        self.put(*mails)


def dovecot() -> str | None:
    """Dovecot's program, if it is installed."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


def pymap_command(port: int) -> list[str]:
    """pymap in memory. From Python 3.13 on a collection of garbage ends its connections, whose tasks nobody holds."""
    program = [sys.executable, "-c", "import gc; gc.disable(); from pymap.main import main; main()"]
    backend = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    return [*program, "--host", "127.0.0.1", "--port", str(port), "--no-tls", *backend]


def dovecot_command(port: int, folder: Path, token_port: int = 1) -> list[str]:
    """Dovecot with all of its files in `folder`; as root it works under the users that its package made.

    Access tokens are good when the token endpoint at `token_port` says so.
    """
    root = os.geteuid() == 0
    user = pwd.getpwnam("dovecot" if root else getpass.getuser())
    login = "dovenull" if root else user.pw_name
    config = folder / "dovecot.conf"
    config.write_text(
        DOVECOT.format(
            folder=folder,
            user=user.pw_name,
            group=grp.getgrgid(user.pw_gid).gr_name,
            login=login,
            port=port,
            password=PASSWORD,
            uid=user.pw_uid,
            gid=user.pw_gid,
        )
    )
    (folder / "oauth2.conf").write_text(OAUTH2.format(port=token_port))
    for name in ("run", "state", "home"):
        (folder / name).mkdir()
        os.chown(folder / name, user.pw_uid, user.pw_gid)
    folder.chmod(0o755)
    return [dovecot() or "dovecot", "-F", "-c", str(config)]


@asynccontextmanager
async def running(command: Sequence[str], port: int) -> AsyncIterator[ImapServer]:
    """A server process, ready, and gone afterwards."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)  # noqa: ASYNC220
    try:
        await _until_ready(port)
        yield ImapServer(port)
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(_ended, process)


def _ended(process: "subprocess.Popen[bytes]") -> None:
    """From Python 3.12 on pymap waits for whoever is still connected, such as a service that ends after it."""
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


async def _until_ready(port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return
