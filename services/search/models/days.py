"""The day of publication of a document, which is never a guess. Pure."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


def day(facts: Mapping[str, Any]) -> str | None:
    """Return the day of a document; None where nobody knows it.

    Builds before 6 wrote the day of receipt as a guess: that is no day.
    """
    return facts.get("published_on") if facts.get("published_on_basis") != "received_at" else None


class Dated(BaseModel):
    """A frozen value of a document with `published_on`."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _receipt_is_no_day(cls, facts: Any) -> Any:
        dated = isinstance(facts, dict) and "published_on" in facts
        return facts | {"published_on": day(facts)} if dated else facts
