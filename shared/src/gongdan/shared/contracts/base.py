"""The base of all payload models. Unknown fields are ignored, so that a newer writer never stops an older reader."""

from pydantic import BaseModel, ConfigDict


class Contract(BaseModel):
    """A payload that travels on a topic: immutable, and tolerant of fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def as_json(self) -> bytes:
        """What travels. The same as `model_dump_json`, without the way through text."""
        return self.__pydantic_serializer__.to_json(self)
