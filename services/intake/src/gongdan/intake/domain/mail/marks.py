"""The marks that mail programs leave in HTML on what is theirs: signatures and quoted history."""

from dataclasses import dataclass

from gongdan.intake.domain.mail import readable


@dataclass(frozen=True, slots=True)
class _Marks:
    """Classes, ids and tags (beginnings, in lower case) by which mail programs mark what is theirs."""

    classes: tuple[str, ...]
    ids: tuple[str, ...]
    tags: tuple[str, ...] = ()

    def fit(self, element: readable.Element) -> bool:
        """Whether an element carries one of the marks."""
        given = (element.get("class") or "").lower().split()
        identity = (element.get("id") or "").lower().removeprefix("x_")
        return (
            element.tag in self.tags
            or any(each.removeprefix("x_").startswith(self.classes) for each in given)
            or (bool(identity) and identity.startswith(self.ids))
        )


_SIGNATURES = _Marks(
    classes=(
        "gmail_signature",
        "moz-signature",
        "protonmail_signature",
        "__aliyun_signature",
        "sh-signature",
        "applemailsignature",
        "lark-mail-signature",
    ),
    ids=("signature", "applemailsignature", "ntes-pcmail-signature", "spneditorsign", "ms-outlook-mobile-signature"),
)
_HISTORY = _Marks(
    classes=(
        "outlookmessageheader",
        "yahoo_quoted",
        "protonmail_quote",
        "tutanota_quote",
        "zmail_extra",
        "lark-mail-quote",
        "history-quote-wrapper",
        "foxdiv",
        "moz-forward-container",
    ),
    ids=(
        "divrplyfwdmsg",
        "appendonsend",
        "isreplycontent",
        "yahoo_quoted",
        "olk_src_body_section",
        "mail-editor-reference-message-container",
        "lark-mail-quote",
        "original-content",
    ),
    tags=("includetail",),
)


def judge(element: readable.Element) -> readable.Verdict:
    """Skip signatures, stop where history begins."""
    if _HISTORY.fit(element):
        return "stop"
    return "skip" if _SIGNATURES.fit(element) else "keep"
