"""Whether a mail is signed or encrypted. Nothing is verified or opened: all parts are kept, and readers are told.

Source: RFC 8551 (S/MIME), RFC 3156 and RFC 4880 section 7 (OpenPGP).
"""

import re

from gongdan.intake.domain.mail.parts import Mail

_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_ARMOUR = re.compile("-----BEGIN PGP (SIGNED )?MESSAGE-----")
_ARMOURED = "-----BEGIN PGP"
_ENCRYPTED = "it is encrypted with {}, so that its text can be read only where its file is opened"
_PACKED = "it is signed with S/MIME in one piece, so that its text can be read only where its file is opened"
_SIGNED = "it is signed with {}; the signature was not verified"


def told(mail: Mail, text: str) -> list[str]:
    """What a reader should know, each a sentence."""
    found = [*_by_multipart(mail), *_by_part(mail)]
    if _ARMOURED in text and (armour := _ARMOUR.search(text)):
        found.append((_SIGNED if armour[1] else _ENCRYPTED).format("OpenPGP"))
    return list(dict.fromkeys(found))


def _by_multipart(mail: Mail) -> list[str]:
    found = []
    for each in mail.multiparts:
        kind = "OpenPGP" if "pgp" in each.declared.text("protocol").lower() else "S/MIME"
        if each.subtype == "encrypted":
            found.append(_ENCRYPTED.format(kind))
        elif each.subtype == "signed":
            found.append(_SIGNED.format(kind))
    return found


def _by_part(mail: Mail) -> list[str]:
    found = []
    for part in mail.parts:
        if part.content_type in _SMIME:
            kind = part.declared.text("smime-type").lower()
            found.append(
                _PACKED if kind == "signed-data" else "" if kind == "certs-only" else _ENCRYPTED.format("S/MIME")
            )
    return [each for each in found if each]
