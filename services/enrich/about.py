"""An item's subject, title and entities in, the regions it is about out, the subject's first. Pure.

A region is what an item is about if it is its subject (`昆山` of `昆山:将新增…`), stands in its title, or, where the title names none, in the first
sentence of its body. What is only in a company's name counts where nothing else does; what the details mention never does.
"""

import re
from collections.abc import Sequence

from shared.records import Entity

FEW = 6
"""Beyond that an item lists regions and is about none of them in particular."""

_SENTENCE = re.compile(r"[。;；!！\n]")


def about_regions(subject: str | None, title: str | None, body: str, entities: Sequence[Entity]) -> tuple[str, ...]:
    """Codes of GB/T 2260, deepest only (no 江苏省 beside 昆山市), the subject's first."""
    places = [entity for entity in entities if entity.type == "region" and isinstance(entity.value, str)]
    if not places:
        return ()
    end = match.start() if (match := _SENTENCE.search(body)) else len(body)
    titled = [entity for entity in places if entity.field == "title"]
    first = [entity for entity in places if entity.field == "body" and entity.start < end]
    for group in ([e for e in titled if not e.inferred], [e for e in first if not e.inferred], titled, first):
        codes = list(dict.fromkeys(str(entity.value) for entity in group))
        if codes:
            leading = [str(e.value) for e in group if subject and e.field == "title" and e.end <= len(subject) and (title or "").startswith(subject)]
            codes = list(dict.fromkeys([*leading, *codes]))
            return tuple(code for code in codes if not any(_within(other, code) for other in codes))[:FEW]
    return ()


def _within(code: str, wider: str) -> bool:
    """Whether `code` lies within `wider`: 320583 in 320500 and 320000."""
    return code != wider and any(wider == code[:digits] + "0" * (6 - digits) for digits in (2, 4))
