"""Profiles: each splits its example, and what is no profile is refused in plain words."""

import json
from datetime import UTC, datetime

import pytest

from services.enrich.enrich import enrich
from services.enrich.profiles import folder, profile_for, profiles
from services.enrich.profiles.trial import differences
from services.enrich.readers import read
from services.enrich.split.profile import Profile, profile_of
from services.enrich.split.split import split
from shared.records import RawDigest


@pytest.mark.parametrize("profile", profiles(), ids=lambda profile: profile.name)
def test_each_profile_splits_its_example(profile: Profile) -> None:
    """The digest beside it comes out as the file beside that says."""
    assert differences(profile) == []


@pytest.mark.parametrize("profile", profiles(), ids=lambda profile: profile.name)
def test_each_profile_is_needed(profile: Profile) -> None:
    """The general splitter does not get its example right, so the profile is no dead weight."""
    wanted = json.loads((folder() / f"{profile.name}.expected.json").read_text("utf-8"))
    parted = split(read((folder() / wanted["file"]).read_bytes(), media_type="text/plain"))
    assert [story.title for story in parted.stories] != [item["title"] for item in wanted["items"]]


def test_boilerplate_within_a_story_has_its_kind_and_its_place() -> None:
    """The sponsor's line parts the story's span in two and is not in its body."""
    data = (folder() / "mujian.example.txt").read_bytes()
    document = read(data, media_type="text/plain")
    parted = split(document, profile=profile_for("mujian", document))
    assert len(parted.spans[0]) == 2
    advertisement = next(piece for piece in parted.boilerplate if piece.kind == "advertisement")
    assert document.text[advertisement.start : advertisement.end].strip() == "本栏由青石茶铺冠名"


def test_a_source_chooses_its_profile() -> None:
    """Also where the digest bears no fingerprint."""
    text = "某某早读\n〓〓 渡口添了新船。 〓〓\n船票三元，半小时一班。\n〓〓 学校种了麦子。 〓〓\n麦子长到膝盖高了。"
    raw = RawDigest(
        digest_id="0" * 32, source="mujian", media_type="text/plain", received_at=datetime(2026, 2, 8, tzinfo=UTC), sha256="0" * 64, revision=1
    )  # fmt: skip
    digest = enrich(raw, text.encode(), enriched_at=raw.received_at)
    assert [item.title for item in digest.items] == ["渡口添了新船", "学校种了麦子"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"title": ["x"]}, "unknown key title"),
        ({"titles": ["("]}, "no regular expression"),
        ({"drop": [""]}, "a pattern is empty"),
        ({"boilerplate": [{"kind": "advert", "line": "x"}]}, "unknown kind of boilerplate advert"),
    ],
)
def test_what_is_no_profile_is_refused(told: dict[str, object], words: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(ValueError, match=words):
        profile_of("broken", told)


def test_no_profile_for_most() -> None:
    """A digest without a fingerprint goes to the general splitter."""
    assert profile_for("file", read("周报\n1、甲\n乙丙丁。".encode(), media_type="text/plain")) is None
