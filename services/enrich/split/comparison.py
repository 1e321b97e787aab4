"""A contents list and the stories that a digest has → warnings where they do not match. Pure."""

from collections.abc import Sequence

from services.enrich.split.contents import Contents
from services.enrich.split.units import key
from shared.records import DigestWarning


def warnings(contents: Contents, stories: Sequence[tuple[int, str]]) -> list[DigestWarning]:
    """What a person should look at: entries that differ from the digest's titles, that it lacks, and titles that the list lacks.

    A list of highlights, which names less than half of the titles, lacks none.

    `stories` are the titled ones: the index of the unit that heads each, and its title.
    """
    found: list[DigestWarning] = []
    for entry in contents.entries:
        if entry.target is None:
            found.append(DigestWarning(kind="contents_extra", message=f"the contents list names what the digest lacks: {entry.title}"))
        elif not entry.equal and not entry.partly:
            found.append(DigestWarning(kind="contents_differs", message=f"the contents list words it otherwise: {entry.title}"))
    listed = {key(entry.title) for entry in contents.entries}
    words = "\n".join(listed)
    targets = contents.targets
    missing = [title for head, title in stories if head not in targets and key(title) not in words]
    if len(missing) > 0.5 * len(stories):
        return found
    return found + [DigestWarning(kind="contents_missing", message=f"the contents list does not name: {title}") for title in missing]
