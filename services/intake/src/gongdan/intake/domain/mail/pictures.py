"""Images written into a page itself (`data:` addresses) become files that the page shows, as all others are.

Limits: the first `MOST` of a page. Linear in its length. Source: RFC 2397.
"""

import re

from gongdan.intake.domain.mail import transfer
from gongdan.intake.domain.mail.files import File

MOST = 50

_IMAGE = re.compile(
    r"""src\s{0,3}=\s{0,3}["']data:image/(png|jpe?g|gif|webp|bmp);base64,([A-Za-z0-9+/=\s]{1,3000000})["']""",
    re.IGNORECASE,
)


def taken_out(page: str) -> tuple[str, list[File]]:
    """The page with references in their place, and the images."""
    if "data:" not in page:
        return page, []
    found: list[File] = []

    def reference(match: re.Match[str]) -> str:
        kind = match[1].lower().replace("jpg", "jpeg")
        name = f"embedded-{len(found) + 1}.{kind}"
        found.append(File(name, f"image/{kind}", transfer.base64(match[2].encode()), name, inline=True))
        return f'src="cid:{name}"'

    return _IMAGE.sub(reference, page, count=MOST), found
