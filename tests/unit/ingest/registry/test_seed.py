"""A file of sources at ingest's start."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.ingest.registry.seed import read, seeded
from shared.errors import Misconfigured, Rejected
from shared.registry.edit import found
from shared.registry.entry import Entry

NOW = datetime(2026, 2, 6, tzinfo=UTC)
SAID = {"name": "双碳周报"}


def test_unknown_and_found_sources_are_made() -> None:
    """By the file."""
    for before in (None, found("weekly", NOW, "key one")):
        made = seeded(before, "weekly", SAID, by="file sources.toml", at=NOW)
        assert (made.name, made.by, made.found) == ("双碳周报", "file sources.toml", False)


def test_what_people_said_stays() -> None:
    """Whatever the file says."""
    with pytest.raises(Rejected) as caught:
        seeded(Entry(source="weekly", edition=2, changed_at=NOW, by="key one"), "weekly", SAID, by="file", at=NOW)
    assert caught.value.kind == "kept"


def test_a_slip_is_seen_at_the_start(tmp_path: Path) -> None:
    """With file, source and field."""
    file = tmp_path / "sources.toml"
    assert read(None) == {}
    with pytest.raises(Misconfigured, match="can't be read"):
        read(file)
    file.write_text("[sources.weekly]\ncadence = 'hourly'", "utf-8")
    with pytest.raises(Misconfigured, match=r"sources\.toml: weekly: cadence: "):
        read(file)
    file.write_text("[sources.weekly]\nname = '双碳周报'", "utf-8")
    assert read(file) == {"weekly": SAID}
