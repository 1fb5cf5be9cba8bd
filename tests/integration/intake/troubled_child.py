"""A process that reads mails as intake's own does, but has the troubles that a mail's X-Trouble field asks for."""

import os
import re
import signal
import time
from pathlib import Path

from gongdan.intake.adapters.mail_child import main
from gongdan.intake.domain.mail.message import Normalised, Ourselves, RawMail, Unreadable, normalise

TROUBLE = re.compile(rb"^X-Trouble: (\w+) ?(\S*)\r$", re.MULTILINE)


def troubled(mail: RawMail, ours: Ourselves) -> Normalised | Unreadable:
    """What the mail says, after its trouble is over."""
    if found := TROUBLE.search(mail.raw):
        trouble, mark = found[1].decode(), Path(os.fsdecode(found[2]))
        match trouble:
            case "hang":
                mark.touch()
                time.sleep(3600)
            case "end":
                os.kill(os.getpid(), signal.SIGKILL)
            case "end_once" if not mark.exists():
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            case "hang_once" if not mark.exists():
                mark.touch()
                time.sleep(3600)
            case "fail":
                raise ValueError("as asked for")
    return normalise(mail, ours)


if __name__ == "__main__":
    main(troubled)
