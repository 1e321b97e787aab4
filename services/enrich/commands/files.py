"""A file's name or `-` → its bytes, and what kind of digest they are: what `jianbao parse` and `jianbao profile` read."""

import sys

from services.enrich.readers import media_type_of
from shared.charset import decide
from shared.errors import Rejected
from shared.media import by_suffix, held
from shared.records import MAX_DIGEST_BYTES, TEXT_TYPES, MediaType


def content_of(name: str) -> bytes:
    """All bytes of a file, or of standard input for `-`; raises Rejected where they are too many, without reading on, and OSError."""
    if name == "-":
        data = sys.stdin.buffer.read(MAX_DIGEST_BYTES + 1)
    else:
        with open(name, "rb") as file:
            data = file.read(MAX_DIGEST_BYTES + 1)
    if len(data) > MAX_DIGEST_BYTES:
        raise Rejected("too_large", f"a digest is at most {MAX_DIGEST_BYTES // 2**20} MiB; this is more")
    return data


def kind_of(name: str, data: bytes, media_type: MediaType | None = None) -> tuple[MediaType, str | None]:
    """Media type, by what was given, the name's ending, or the content, and a text's charset; raises Rejected."""
    named = media_type or by_suffix(name)
    kind = held(data, named) if named else media_type_of(data)
    return kind, decide(data) if kind in TEXT_TYPES else None
