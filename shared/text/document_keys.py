"""Names of documents → the keys under which all ways to write a name are one. Pure.

《关于做好 2026年碳排放权交易市场有关工作的通知》   关于做好2026年碳排放权交易市场有关工作的通知
关于印发〈节能降碳行动方案〉的通知                 关于印发节能降碳行动方案的通知
"""

import re
from collections.abc import Iterable

from shared.text.folding import fold

_WORDS = re.compile(r"[^\W_]+")


def document_key(name: str) -> str:
    """The folded letters and digits of a name: brackets, quotation marks, dashes and spaces are written differently by everybody."""
    return "".join(_WORDS.findall(fold(name)))


def document_keys(names: Iterable[object]) -> list[str]:
    """The keys of names, each once, in order; what is no name or has no letter has none."""
    return list(dict.fromkeys(key for name in names if isinstance(name, str) and (key := document_key(name))))
