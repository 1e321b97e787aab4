"""A profile's example, and what is expected of it → where they differ, in plain words."""

import json

from services.enrich.profiles import folder, profile_for
from services.enrich.readers import read
from services.enrich.split.profile import Profile
from services.enrich.split.split import split
from shared.records import MediaType

TYPES: dict[str, MediaType] = {"txt": "text/plain", "md": "text/markdown", "html": "text/html"}


def differences(profile: Profile) -> list[str]:
    """What comes out otherwise than expected; empty when all is right. Raises FileNotFoundError for a profile without example."""
    wanted = json.loads((folder() / f"{profile.name}.expected.json").read_text("utf-8"))
    document = read((folder() / wanted["file"]).read_bytes(), media_type=TYPES[wanted["file"].rsplit(".", 1)[1]])
    found = []
    if profile_for(profile.sources[0] if profile.sources else "unknown", document) != profile:
        found.append("the example is not told by its source or fingerprint")
    parted = split(document, profile=profile)
    if parted.title != wanted["title"]:
        found.append(f"title: {parted.title}, expected {wanted['title']}")
    if len(parted.stories) != len(wanted["items"]):
        found.append(f"{len(parted.stories)} items, expected {len(wanted['items'])}")
    for number, (story, item) in enumerate(zip(parted.stories, wanted["items"], strict=False), 1):
        got = {"title": story.title, "section": story.section_path[-1] if story.section_path else None, "body": story.body}
        found += [f"item {number}, {name}: {got[name]!r}, expected {value!r}" for name, value in item.items() if got.get(name) != value]
    return found
