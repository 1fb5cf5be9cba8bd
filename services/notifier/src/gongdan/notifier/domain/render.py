"""The words of a mail: templates in two languages, filled with values and never with code.

A template's first line is the subject; after an empty line comes the text. `$name` marks a place.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template

from gongdan.notifier.domain.header import clean
from gongdan.notifier.domain.language import Locale
from gongdan.shared import subject_tokens
from gongdan.shared.contracts.deliveries import DeliveryPurpose

LONGEST_SUBJECT = 200
ANSWER_PREFIX = re.compile(r"^(?:(?:re|fwd?|aw|wg|sv|回复|答复|转发)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE)
NO_SUBJECT = {"zh": "（无主题）", "en": "(no subject)"}


@dataclass(frozen=True, slots=True)
class Words:
    """A subject and a text, filled in or with places."""

    subject: str
    text: str


Texts = Mapping[tuple[DeliveryPurpose, Locale], Words]


def parse(content: str) -> Words:
    """A template file. Raises ValueError when the empty line after the subject is missing."""
    subject, empty, text = content.replace("\r\n", "\n").partition("\n\n")
    if not empty or "\n" in subject:
        raise ValueError("a template starts with its subject on one line and an empty line after it")
    return Words(subject, text)


def render(words: Words, values: Mapping[str, str]) -> Words:
    """The template with its places filled. Raises KeyError for a place that has no value."""
    subject = Template(words.subject).substitute({name: clean(value) for name, value in values.items()})
    return Words(subject, Template(words.text).substitute(values))


def plain_subject(subject: str, ticket: str, locale: Locale) -> str:
    """A ticket's subject as it stands after our token: without answer prefixes, tokens of its own, or excess."""
    bare = ANSWER_PREFIX.sub("", subject_tokens.without(clean(subject), ticket).strip())
    return bare[:LONGEST_SUBJECT] or NO_SUBJECT[locale]
