"""A body with tracked changes → the same with those accepted that part it: rows and the ends of paragraphs. Pure.

Deleted and inserted words are told apart where lines are read; here goes what is no word.
"""

from typing import Any

from docx.oxml.ns import qn

_ROW, _PARAGRAPH, _TABLE, _PROPERTIES = qn("w:tr"), qn("w:p"), qn("w:tbl"), qn("w:pPr")
_GONE = (qn("w:del"), qn("w:moveFrom"))


def accept(body: Any) -> None:
    """Take deleted rows out of `body`, and join paragraphs to the one that follows where the mark between them is deleted."""
    for row in list(body.iter(_ROW)):
        if _gone(row.find(qn("w:trPr"))) and row.getparent() is not None:
            row.getparent().remove(row)
    # From the last, so that what several paragraphs hold is moved once.
    for paragraph in reversed(list(body.iter(_PARAGRAPH))):
        properties = paragraph.find(_PROPERTIES)
        if properties is not None and _gone(properties.find(qn("w:rPr"))):
            following = _following(paragraph)
            if following is not None:
                _join(paragraph, following)


def _gone(properties: Any) -> bool:
    return properties is not None and any(properties.find(tag) is not None for tag in _GONE)


def _following(paragraph: Any) -> Any:
    """The next paragraph, past bookmarks and the like; None where a table or the end comes first."""
    following = paragraph.getnext()
    while following is not None and following.tag != _PARAGRAPH:
        if following.tag == _TABLE or len(following):
            return None
        following = following.getnext()
    return following


def _join(paragraph: Any, following: Any) -> None:
    """Move what a paragraph holds to the beginning of the following one, whose mark and so whose style remains."""
    # Properties stand first (ECMA-376 part 1, 17.3.1.26): looking for them among all children would take the square of what is moved.
    first = next(following.iterchildren(), None)
    at = 1 if first is not None and first.tag == _PROPERTIES else 0
    for child in reversed([child for child in paragraph if child.tag != _PROPERTIES]):
        following.insert(at, child)
    paragraph.getparent().remove(paragraph)
