"""The program of a process that only reads mails: they come in by its standard input, what they say goes out by its
standard output, in the same order, each as soon as it is known.

What it is told and answers are pickles, each after its length, for both ends are ours. It keeps nothing, and ends when
its input does or its parent is gone. `mail_readers` starts it.
"""

import contextlib
import ctypes
import fcntl
import os
import pickle
import signal
import struct
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import BinaryIO

from gongdan.intake.domain.mail.message import Normalised, Ourselves, RawMail, Unreadable, normalise
from gongdan.shared.cycles import look_for_cycles_seldom

Answer = tuple[Normalised | Unreadable, str]
"""What a mail says, or why it says nothing; with the traceback where its reading failed."""
Task = tuple[Sequence[RawMail], Ourselves]
Reading = Callable[[RawMail, Ourselves], Normalised | Unreadable]

LENGTH = struct.Struct(">Q")
PIPE_BYTES = 1024 * 1024
"""So many bytes of answers may wait while the parent has its hands full: with less, both would take turns."""
_PR_SET_PDEATHSIG = 1


def framed(content: object) -> tuple[bytes, bytes]:
    """Anything as the other end expects it: its length, and itself."""
    body = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)), body


def main(reading: Reading = normalise) -> None:
    """Read until there is nothing more to come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    answers = _answers()
    look_for_cycles_seldom()
    _say(answers, None)
    while (task := _next_task(sys.stdin.buffer)) is not None:
        mails, ours = task
        for mail in mails:
            _say(answers, _answer(reading, mail, ours))


def _answer(reading: Reading, mail: RawMail, ours: Ourselves) -> Answer:
    try:
        return reading(mail, ours), ""
    except Exception as error:  # noqa: BLE001 - the parent logs it
        return Unreadable("reader-failed", f"{type(error).__name__}: {error}"), traceback.format_exc()


def _next_task(tasks: BinaryIO) -> Task | None:
    head = tasks.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = tasks.read(length)
    if len(body) < length:
        return None
    task: Task = pickle.loads(body)  # noqa: S301 - from our own parent
    return task


def _say(answers: BinaryIO, content: object) -> None:
    answers.writelines(framed(content))
    answers.flush()


def _answers() -> BinaryIO:
    """Where answers go, out of reach of anything that prints."""
    answers = os.dup(1)
    os.dup2(2, 1)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.fcntl(answers, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return os.fdopen(answers, "wb", PIPE_BYTES)


def _end_with_parent() -> None:
    """Also in the middle of a mail, when nobody looks at the input; only Linux knows how."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))


if __name__ == "__main__":
    main()
