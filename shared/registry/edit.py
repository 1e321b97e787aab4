"""What a person says of a source → its next entry, or plain words on which field is wrong. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from shared.errors import Rejected
from shared.names.divisions import gazetteer
from shared.registry.entry import Entry, Wanted
from shared.registry.listing import Listing

TAXONOMIES = ("energy", "general", "news")
"""Names of those in services/enrich/data/taxonomies."""

FIELDS = tuple(Wanted.model_fields)

_KINDS = ("feed", "page", "folder", "imap")


class BadField(Rejected):
    """A field that can't be used: `bad_entry`, with its name."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__("bad_entry", f"{field}: {problem}")
        self.field, self.problem = field, problem
        self.more = {"field": field}

    def __reduce__(self) -> tuple[type["BadField"], tuple[str, str]]:
        """Both arguments."""
        return type(self), (self.field, self.problem)


class Changed(Rejected):
    """Somebody else changed the source meanwhile: `source_changed`, with what it is now."""

    def __init__(self, source: str, message: str, present: Entry | None = None) -> None:
        super().__init__("source_changed", message)
        self.source = source
        self.more = {"present": present.model_dump(mode="json")} if present else {}

    def __reduce__(self) -> tuple[type["Changed"], tuple[str, str]]:
        """Without the present entry."""
        return type(self), (self.source, self.message)


def wanted(values: Mapping[str, Any]) -> Wanted:
    """The checked fields; raises BadField for the first that is wrong, also for a name that is no field."""
    for name in values:
        if name not in FIELDS:
            raise BadField(str(name)[:60], f"there is no such field; there are {', '.join(FIELDS)}")
    try:
        found = Wanted.model_validate(_spoken(values), strict=False)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise BadField(_where(first["loc"]), _problem(first)) from None
    if found.region is not None and found.region not in gazetteer().divisions:
        raise BadField("region", f"{found.region} is no code of GB/T 2260 that is known, such as 320500 for 苏州市")
    if found.taxonomy is not None and found.taxonomy not in TAXONOMIES:
        raise BadField("taxonomy", f"there is no taxonomy {found.taxonomy!r}; there are {', '.join(TAXONOMIES)}")
    return found


def edited(known: Entry | None, source: str, values: Mapping[str, Any], *, edition: int | None, by: str, at: datetime) -> Entry:
    """The whole entry anew: fields that are not given are as for a source of which nothing is said.

    `edition` is the one that the person saw, 0 or None for a source that is not known yet.
    Raises BadField, and Changed where it is another one by now. What nobody has edited is seen by none.
    """
    if edition or known is None or not known.found:
        _agree(known, source, edition or 0)
    return _next(known, source, wanted(values), by=by, at=at)


def patched(known: Entry | None, source: str, values: Mapping[str, Any], *, edition: int | None, by: str, at: datetime) -> Entry:
    """The entry with these fields changed; with an `edition`, raises Changed where it is another one by now.

    Raises Rejected (`unknown_source`) where there is none, and BadField.
    """
    if known is None:
        raise Rejected("unknown_source", f"there is no source {source}: make it with PUT, or feed its first digest")
    if edition is not None:
        _agree(known, source, edition)
    before = known.wanted.model_dump(mode="json")
    return _next(known, source, wanted(before | dict(values)), by=by, at=at)


def found(source: str, at: datetime, by: str) -> Entry:
    """The entry that the first digest of a source makes."""
    return Entry(source=source, edition=1, found=True, changed_at=at, by=by)


def check_profile(entry: Entry, listing: Listing) -> None:
    """Raise BadField where a profile leads nowhere, or to a source that itself is split as another's."""
    if entry.profile is None:
        return
    if entry.profile == entry.source:
        raise BadField("profile", "a source is split by its own examples anyway: leave it empty")
    if entry.profile not in listing.entries and entry.profile not in listing.taught:
        raise BadField("profile", f"there is no source {entry.profile}")
    other = listing.entries.get(entry.profile)
    if other is not None and other.profile is not None:
        raise BadField("profile", f"{entry.profile} itself is split as {other.profile} is: name that one")


def _next(known: Entry | None, source: str, said: Wanted, *, by: str, at: datetime) -> Entry:
    number = known.edition + 1 if known else 1
    return Entry(source=source, edition=number, changed_at=at, by=by, **dict(said))


def _agree(known: Entry | None, source: str, edition: int) -> None:
    present = known.edition if known else 0
    if edition == present:
        return
    if known is None:
        raise Changed(source, f"there is no source {source} yet: send no edition, or 0, to make it")
    who = f"edition {present}, changed {known.changed_at:%Y-%m-%d %H:%M} UTC by {known.by}"
    sent = f"edition {edition}" if edition else "no edition"
    raise Changed(source, f"{source} is at {who}, and you sent {sent}: look at it and send yours again", known)


def _spoken(values: Mapping[str, Any]) -> dict[str, Any]:
    """Empty strings say nothing, as forms send them; `"fetch": "push"` and a kind alone do too."""
    said = {name: None if value == "" else value for name, value in values.items()}
    if said.get("fetch") in ("push", {"kind": "push"}):
        said["fetch"] = None
    for name in ("language", "on"):
        if name in said and said[name] is None:
            del said[name]
    return said


def _where(place: tuple[int | str, ...]) -> str:
    """`fetch.url` of ("fetch", "feed", "url")."""
    return ".".join(str(part) for part in place if part not in _KINDS) or "value"


def _problem(error: Any) -> str:
    if error["type"] == "union_tag_invalid":
        return f"its kind must be one of {', '.join(_KINDS)}, or null for a source that is pushed"
    if error["type"] == "union_tag_not_found":
        return f"say its kind: {', '.join(_KINDS)}"
    if error["type"] == "extra_forbidden":
        return "there is no such field for that kind"
    return str(error["msg"]).removeprefix("Value error, ")
