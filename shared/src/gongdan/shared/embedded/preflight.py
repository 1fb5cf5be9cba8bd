"""What is looked at before anything starts, so that a known obstacle is one sentence and not a traceback."""

import errno
import secrets
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path

import psutil

from gongdan.shared.embedded.errors import FixSetup
from gongdan.shared.embedded.ports import Ports

MEGABYTE = 1024 * 1024
NEEDED_BYTES = 512 * MEGABYTE


def check_space(folder: Path) -> None:
    """Raise FixSetup when less than NEEDED_BYTES are free where `folder` lies."""
    free, needed = shutil.disk_usage(folder).free, NEEDED_BYTES
    if free < needed:
        raise FixSetup(
            f"only {free // MEGABYTE} MB of disk are free at {folder}, {needed // MEGABYTE} MB are needed",
            "free disk space, or set GONGDAN_DATA_DIR to a folder on another disk",
        )


def check_ports(ports: Mapping[str, int]) -> None:
    """Raise FixSetup for the first port that something else listens on."""
    for name, port in ports.items():
        if not is_free(port):
            raise FixSetup(
                f"port {port}, needed for {name}, is taken{_holder(port)}",
                "stop what uses it, or set GONGDAN_PORT_OFFSET (such as 10000) to move all ports",
            )


def is_free(port: int) -> bool:
    """Whether 127.0.0.1:port can be listened on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise
    return True


def find_offset() -> int:
    """A port offset whose ports are all free now, for a second or temporary installation."""
    for _ in range(200):
        offset = 10_000 + 20 * secrets.randbelow(600)
        if all(is_free(port) for port in Ports.shifted(offset).all().values()):
            return offset
    raise FixSetup("no free range of ports was found", "stop some programs that listen on 127.0.0.1")


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            listening = connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,)
            if listening and connection.pid:
                return f" by process {connection.pid} ({psutil.Process(connection.pid).name()})"
    except psutil.Error:
        pass
    return ""
