"""The bytes of an XML part → the same in UTF-8 without a document type and with the five entities of XML only; and what it costs. Pure.

Word writes neither a document type nor entities of its own. A parser that meets one without a definition gives up the part, or loses the
text behind it; one with a definition may expand to gigabytes. So a name that XML does not know costs itself and nothing besides.
"""

import codecs
import re

from shared.errors import Rejected

_DECLARED = re.compile(rb"\A\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{1,40})[\"'][^>]{0,200}>")
# What reads as one letter a byte where that letter is ASCII, beside UTF-16; OPC (ECMA-376 part 2) allows UTF-8 and UTF-16 only.
_CHARSETS = frozenset(["utf-8", "ascii", "iso8859-1", "cp1252", "gb2312", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UNKNOWN = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)(?:[A-Za-z_:][\w:.-]{0,60};)?")
_KEPT_OR_UNKNOWN = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|" + _UNKNOWN.pattern, re.DOTALL)
_DOCTYPE = re.compile(rb"<!DOCTYPE\b[^\[<>]*(?:\[.*?\]\s*)?>", re.DOTALL)


def plain(content: bytes) -> bytes:
    """`content` as a parser can't misread it; raises Rejected("undecodable") for a charset that no Word file is in."""
    content = _utf8(content)
    if b"<!DOCTYPE" in content:
        content = _DOCTYPE.sub(b"", content, count=1)
    if _UNKNOWN.search(content):
        content = _KEPT_OR_UNKNOWN.sub(_kept, content)
    return content


def elements(content: bytes) -> int:
    """How many elements (comments and instructions among them) a parser makes of what `plain` gave: each takes some 10 µs and 200 bytes."""
    return content.count(b"<") - content.count(b"</")


def _kept(found: re.Match[bytes]) -> bytes:
    """A lone `&` as what it was meant for, a comment or a CDATA section as it is, an entity without a meaning not at all."""
    if found[0] == b"&":
        return b"&amp;"
    return b"" if found[0].startswith(b"&") else found[0]


def _utf8(content: bytes) -> bytes:
    charset = next((name for bom, name in _BOMS if content.startswith(bom)), None)
    declared = _DECLARED.match(content)
    if charset is None and declared is None:
        charset = {b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}.get(content[:2])
    if charset is None and declared is not None:
        try:
            charset = codecs.lookup(declared[1].decode()).name
        except LookupError:
            charset = declared[1].decode()
        if charset not in _CHARSETS:
            raise Rejected("undecodable", "a part of this Word file is in a charset that Word does not write; save it again with Word")
    if charset in (None, "utf-8", "ascii"):
        return content
    text = content.decode(charset or "utf-8", "replace").encode()
    return _DECLARED.sub(b"", text, count=1)
