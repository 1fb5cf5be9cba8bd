"""The template files that come with the service: `templates/<purpose>.<locale>.txt`."""

from importlib.resources import files
from typing import get_args

from gongdan.notifier.domain.language import Locale
from gongdan.notifier.domain.render import Texts, parse
from gongdan.shared.contracts.deliveries import DeliveryPurpose


def load() -> Texts:
    """All templates. Raises FileNotFoundError when one is missing, ValueError when one cannot be read."""
    folder = files("gongdan.notifier") / "templates"
    return {
        (purpose, locale): parse((folder / f"{purpose}.{locale}.txt").read_text(encoding="utf-8"))
        for purpose in get_args(DeliveryPurpose)
        if purpose != "event"
        for locale in get_args(Locale)
    }
