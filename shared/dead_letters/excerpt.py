"""The beginning of a letter's bytes → text that is safe on a terminal and on a page. Pure."""

LENGTH = 2000
"""Characters: enough to recognise a digest."""

_NAMED = {"\n": "\n", "\t": "\t", "\r": "\\r"}


def excerpt(value: bytes | None, *, length: int = LENGTH) -> str:
    """At most so many characters of UTF-8; what is none, and every control character, as \\x.. of its bytes."""
    text = (value or b"")[: 4 * length].decode("utf-8", "backslashreplace")
    shown = "".join(_shown(character) for character in text[:length])
    return shown + " …" if len(text) > length or len(value or b"") > 4 * length else shown


def _shown(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
