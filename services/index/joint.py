"""An item's entities → how many bodies issue something together in it: the largest number. Pure.

国家发展改革委、国家能源局联合印发…          2
工业和信息化部、国家发展改革委等五部门印发…   5, as the text counts them
"""

import re
from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]

_BETWEEN = re.compile(r"(?:[、,，和及与\s]|会同|联合|以及|办公厅|办公室|综合司){1,4}")
"""What stands between two names of one list"""


def joint_issuers(entities: Iterable[Json], title: str | None, body: str) -> int | None:
    """How many issue together; None where nobody does."""
    texts = {"title": title or "", "body": body}
    most, last = 0, ("", -1)
    names: set[str] = set()
    for entity in entities:
        if entity["type"] != "agency" or not isinstance(entity.get("canonical"), dict) or entity["canonical"].get("role") != "issuer":
            continue
        facts = entity["canonical"]
        field, end = last
        if entity["field"] != field or not _BETWEEN.fullmatch(texts[field], end, entity["start"]):
            names = set()
        names.add(facts.get("name") or entity["text"])
        most = max(most, len(names), facts.get("others") or 0)
        last = entity["field"], entity["end"]
    return most if most > 1 else None
