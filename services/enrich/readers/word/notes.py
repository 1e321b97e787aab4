"""A document's part → its footnotes and endnotes, to be read behind the paragraphs that cite them. Pure."""

from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn

_KINDS = {
    qn("w:footnoteReference"): (RELATIONSHIP_TYPE.FOOTNOTES, "w:footnote"),
    qn("w:endnoteReference"): (RELATIONSHIP_TYPE.ENDNOTES, "w:endnote"),
}
REFERENCES = frozenset(_KINDS)
"""Tags of what cites a note."""
_LINK, _RELATION = qn("w:hyperlink"), qn("r:id")

Key = tuple[str, str]
"""A citing element's tag and the note's id."""


def read(part: Any) -> tuple[dict[Key, Any], dict[str, str]]:
    """The notes, and the urls of links in them by relationship: those are named anew, as each part counts its own from 1.

    Raises what lxml raises for a part that is no XML.
    """
    notes: dict[Key, Any] = {}
    urls: dict[str, str] = {}
    for reference, (kind, name) in _KINDS.items():
        try:
            related = part.part_related_by(kind)
        except KeyError:
            continue
        root = parse_xml(related.blob)
        for link in root.iter(_LINK):
            relation = related.rels.get(link.get(_RELATION))
            key = f"{name}/{link.get(_RELATION)}"
            link.set(_RELATION, key)
            if relation is not None and relation.is_external:
                urls[key] = str(relation.target_ref)
        notes |= {(reference, note.get(qn("w:id")) or ""): note for note in root.findall(qn(name))}
    return notes, urls
