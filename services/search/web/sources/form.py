"""The form of a source ↔ the fields of its entry. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.search.query import places
from shared.registry.edit import BadField
from shared.registry.entry import Entry

PLAIN = ("name", "publisher", "region", "cadence", "taxonomy", "profile", "base_url", "language", "usual_from")
"""Fields that are one word or line each."""

BY_KIND: Mapping[str, Sequence[str]] = {
    "push": (),
    "feed": ("url", "every", "full"),
    "page": ("url", "links", "every"),
    "folder": ("path", "done", "failed", "ignored", "by_folder"),
    "imap": ("host", "port", "tls", "user", "password_file", "mailbox", "every"),
}
"""Kind of fetching → its fields."""

CHECKBOXES = ("full", "by_folder", "on")
MINUTE = 60


def values(sent: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, as ingest takes it; raises BadField for what only a form can have wrong.

    A region may be given by its name; times are typed in minutes.
    """
    kind = sent.get("kind", "push")
    said: dict[str, Any] = {name: value for name in PLAIN if (value := sent.get(name, "").strip())}
    said["on"] = "on" in sent
    if region := said.get("region"):
        said["region"] = _region(region)
    if kind not in BY_KIND:
        raise BadField("fetch", "its kind must be one of the form's")
    said["fetch"] = _fetch(kind, sent) if kind != "push" else None
    return said


def typed(entry: Entry, kind: str | None = None) -> dict[str, str]:
    """The form as an entry fills it in; with another kind, without what only its own has."""
    said = {name: str(value) for name in PLAIN if (value := getattr(entry, name)) is not None}
    if entry.region:
        said["region"] = places.label(entry.region)
    own = entry.fetch.kind if entry.fetch else "push"
    said |= {"kind": kind or own, "edition": str(entry.edition)} | ({"on": "on"} if entry.on else {})
    if entry.fetch is None or kind not in (None, own):
        return said | defaults(said["kind"])
    for name, value in entry.fetch.model_dump(mode="json", exclude={"kind"}).items():
        if name in CHECKBOXES:
            said |= {name: "on"} if value else {}
        elif name == "every":
            said[name] = str(value // MINUTE)
        elif value is not None:
            said[name] = " ".join(value) if isinstance(value, list) else str(value)
    return said


def defaults(kind: str) -> dict[str, str]:
    """What stands in the form of a new source before anybody types."""
    return {"feed": {"every": "30", "full": "on"}, "page": {"every": "60"}, "imap": {"port": "993", "mailbox": "INBOX", "every": "5"}}.get(kind, {})


def as_kind(sent: Mapping[str, str], kind: str) -> dict[str, str]:
    """The form for another kind of fetching, with all that was typed."""
    return {**defaults(kind), **{name: value for name, value in sent.items() if name != "as"}, "kind": kind}


def elsewhere(sent: Mapping[str, str]) -> dict[str, str]:
    """What was typed for kinds of fetching that are not chosen: kept, in case that one is chosen again."""
    shown = BY_KIND.get(sent.get("kind", "push"), ())
    named = {name for names in BY_KIND.values() for name in names}
    return {name: value for name, value in sent.items() if name in named and name not in shown}


def source_id(sent: Mapping[str, str]) -> str:
    """The id that was typed, else one made of the name: 本周 双碳要闻 → 本周-双碳要闻."""
    word = sent.get("source", "").strip()
    return word or "-".join(sent.get("name", "").split())[:64]


def _fetch(kind: str, sent: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": kind}
    for name in BY_KIND[kind]:
        value = sent.get(name, "").strip()
        if name in CHECKBOXES:
            made[name] = name in sent
        elif name == "ignored":
            made[name] = value.split()
        elif value and name in ("every", "port"):
            if not (value.isascii() and value.isdigit() and len(value) < 7):
                raise BadField(f"fetch.{name}", "a whole number is expected")
            made[name] = int(value) * (MINUTE if name == "every" else 1)
        elif value:
            made[name] = value
    return made


def _region(said: str) -> str:
    codes = places.codes(said)
    if len(codes) == 1:
        return codes[0]
    if codes:
        raise BadField("region", f"{said} may be {'、'.join(map(places.label, codes[:5]))}: write all of its name")
    raise BadField("region", f"{said} is no region that is known")
