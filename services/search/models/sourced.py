"""The name that people read beside a source's id, in every answer that has one."""

from pydantic import BaseModel, computed_field

from services.search.query import sources


class Sourced(BaseModel):
    """An answer with `source`."""

    source: str

    @computed_field(description="What people call it; its id where nobody said", examples=["本周双碳要闻"])  # type: ignore[prop-decorator]  # pydantic's own way
    @property
    def source_name(self) -> str:
        """See the description."""
        return sources.shown(self.source)
