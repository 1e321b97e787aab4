"""A page's tree and the parts of it that were read → the lines that the page shows besides: its head and foot, navigation,
forms. Pure.

They are no part of the digest, so nothing splits them; but whoever saw them on the page can find them.
"""

from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from services.enrich.readers.shown import BLOCKS, DEPTH, DROPPED, hidden

BESIDE = frozenset(["nav", "form", "button"])
"""Elements that show text and are never part of an article."""

META = "#meta_content"
"""Author, account and day above a WeChat article. What else stands around one is WeChat's own: hidden
until its scripts show it."""


def around(tree: LexborHTMLParser, parts: Sequence[LexborNode], unseen: frozenset[str], *, wechat: bool) -> tuple[str, ...]:
    """The lines outside the `parts` that were read, and in them those of navigation and forms; each once.

    `unseen` are the classes and ids that the page's style sheets hide.
    """
    top = tree.css_first(META) if wechat else tree.body
    if top is None:
        return ()
    return tuple(dict.fromkeys(_lines(top, frozenset(part.mem_id for part in parts), unseen)))


def _lines(top: LexborNode, read: frozenset[int], unseen: frozenset[str]) -> Iterator[str]:
    """Lines are what stands in one block; walked without recursion, as hostile pages nest without end."""
    words: list[str] = []
    stack = [(top.iter(include_text=True), "body", top.mem_id not in read)]
    while stack:
        nodes, tag, wanted = stack[-1]
        node = next(nodes, None)
        if node is None:
            stack.pop()
            ends = tag in BLOCKS or tag in BESIDE
        elif node.tag == "-text":
            if wanted:
                words.append(node.text_content or "")
            continue
        else:
            tag = node.tag or ""
            ends = tag in BLOCKS or tag in BESIDE or tag == "br"
            shown = (tag not in DROPPED or tag in BESIDE) and not tag.startswith(("-", "_")) and len(stack) < DEPTH
            if shown and not hidden(node.attributes, tag, unseen):
                beside = tag in BESIDE or (wanted and node.mem_id not in read)
                stack.append((node.iter(include_text=True), tag, beside))
        if ends and (line := " ".join("".join(words).split())):
            yield line
        if ends:
            words = []
    if line := " ".join("".join(words).split()):
        yield line
