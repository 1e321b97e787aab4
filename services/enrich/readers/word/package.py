"""The bytes of a DOCX → the same with its XML only, as plain UTF-8, so that nothing else is ever unpacked. Pure.

Pictures, fonts and embedded files stay as empty parts, as python-docx opens every part that a relationship names.
"""

import io
import zipfile

from services.enrich.blocks import too_many_lines
from services.enrich.readers.word.xml import elements, plain
from shared.errors import Rejected
from shared.settings import ReadLimits

PARTS = 5000
"""Files in a DOCX: a long one with a picture on each page has some hundreds."""


def lean(data: bytes, limits: ReadLimits) -> bytes:
    """`data` without what is no XML; raises Rejected: `undecodable` for what is no zip file, `encrypted`, `too_large` beyond `limits`."""
    try:
        return _lean(data, limits)
    except Rejected:
        raise
    except Exception as error:  # zipfile and zlib raise whatever hostile bytes make them stumble over
        raise Rejected("undecodable", "this Word file is damaged: its parts can't be unpacked; send it again, or its text") from error


def _lean(data: bytes, limits: ReadLimits) -> bytes:
    packed = io.BytesIO()
    room, left = limits.unpacked_bytes, limits.elements
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as copy:
        members = archive.infolist()
        if len(members) > PARTS:
            raise Rejected("too_large", f"this Word file holds {len(members)} parts, more than the {PARTS} that are read")
        for name in dict.fromkeys(member.filename for member in members):
            member = archive.getinfo(name)
            content = b""
            if name.endswith((".xml", ".rels")):
                if member.flag_bits & 1:
                    raise Rejected("encrypted", "this Word file needs a password to be opened; send one without")
                # What the list of contents says of the size may be a lie: what comes out is counted.
                with archive.open(member) as opened:
                    content = opened.read(room + 1)
                room -= len(content)
                if room < 0:
                    raise Rejected("too_large", f"this Word file's text unpacks to more than the {limits.unpacked_bytes / 2**20:g} MiB that are read")
                content = plain(content)
                # Before a tree is made of them.
                if content.count(b"<w:p>") + content.count(b"<w:p ") > 2 * limits.lines:
                    raise too_many_lines(limits.lines)  # empty ones count less
                left -= elements(content)
                if left < 0:
                    raise Rejected("too_large", f"this Word file has more than the {limits.elements} elements that are read; send its text")
            copy.writestr(name, content)
    return packed.getvalue()
