"""What the server that took a mail found out about its sender, and what filters on its way thought of it.

Anybody can write an Authentication-Results field, so only the topmost one of a server that is trusted by name counts:
such a server takes away what others wrote under its name. Filters are believed, for nobody calls his own mail spam.
Source: RFC 8601, RFC 7489; the fields of SpamAssassin, Rspamd and Exchange.
"""

import re

from gongdan.intake.domain.mail import encoded
from gongdan.intake.domain.mail.headers import Headers

MOST = 50
"""Fields that are looked at."""

_SERVER = re.compile(r"^\s*\"?([^\s;\"]{1,255})\"?(?:\s+\d{1,3})?\s*(?:;|$)")
_DMARC = re.compile(r"(?:^|;)\s*dmarc\s*=\s*([a-z]{1,20})", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_SPAM = {
    "x-spam-flag": re.compile(r"^\s*yes\b", re.IGNORECASE),
    "x-spam-status": re.compile(r"^\s*yes\b", re.IGNORECASE),
    "x-spam": re.compile(r"^\s*yes\b", re.IGNORECASE),
    "x-rspamd-action": re.compile(r"^\s*(?:reject|add header|rewrite subject)\b", re.IGNORECASE),
    "x-ms-exchange-organization-scl": re.compile(r"^\s*[5-9]\s*$"),
    "x-forefront-antispam-report": re.compile(r"(?:^|;)\s*SCL:[5-9]\s*(?:;|$)", re.IGNORECASE),
}


def dmarc(fields: Headers, trusted: frozenset[str]) -> str:
    """What a trusted server's check by DMARC came to (`pass`, `fail`, `none`, …); empty when none of them says."""
    for value in fields.fields.get("authentication-results", ())[:MOST]:
        text = encoded.text_of(value)
        server = _SERVER.match(text)
        if server and server[1].lower() in trusted:
            found = _DMARC.search(_COMMENT.sub("", text))
            return found[1].lower() if found else ""
    return ""


def spam_field(fields: Headers) -> str:
    """The field by which a filter on the way called the mail spam; empty when none did."""
    return next((name for name, says in _SPAM.items() if fields.has(name) and says.search(fields.text(name))), "")
