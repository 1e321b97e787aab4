"""Tokens → the tree of nodes, by the grammar beside this file. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedToken
from lark.exceptions import VisitError
from lark.lexer import Lexer, LexerState

from services.search.query.language.errors import QueryError
from services.search.query.language.nodes import And, Near, Node, Not, Or, Phrase, Wildcard, Word
from services.search.query.language.order import out_of_order
from services.search.query.language.scope import Scope

MAX_DISTANCE = 500
"""Characters between the parts of a Near: what lies further apart stands together by chance"""

MAX_PARTS = 8
"""Parts of a Near: each order of them is looked for"""


def tree_of(tokens: Sequence[Token], text: str, today: date) -> tuple[Node | None, list[str]]:
    """The tree, None for no tokens, and notices in Chinese. Raises QueryError with places in `text`."""
    scope = Scope(text, today)
    try:
        return _Nodes(scope).transform(_parser().parse(tokens)), scope.notices
    except UnexpectedToken as error:
        raise out_of_order(tokens, error.token, text) from error
    except VisitError as error:
        raise error.orig_exc from error


class _Given(Lexer):
    """The tokens are there already: services.search.query.language.scan made them."""

    __future_interface__ = 1

    def __init__(self, _: object) -> None:
        pass

    def lex(self, lexer_state: LexerState, parser_state: object) -> Iterator[Token]:
        return iter(cast(Sequence[Token], lexer_state.text))


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=_Given, maybe_placeholders=False)


class _Nodes(Transformer[Token, Node | None]):
    """One method for each rule and terminal of the grammar."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self._scope = scope

    def start(self, nodes: list[Node]) -> Node | None:
        return nodes[0] if nodes else None

    def either(self, nodes: list[Node]) -> Node:
        return Or(tuple(nodes))

    def both(self, nodes: list[Node]) -> Node:
        return And(tuple(inner for node in nodes for inner in (node.nodes if isinstance(node, And) else (node,))))

    def negation(self, parts: list[Node]) -> Node:
        node = parts[-1]
        return Not(node) if len(parts) % 2 == 0 else node

    def near(self, parts: list[Word | Phrase | Token]) -> Node:
        distances = [part for part in parts if isinstance(part, Token)]
        if other := next((one for one in distances if int(one) != int(distances[0])), None):
            start, end = _place(other)
            suggestion = f"{self._scope.text[:start]}~{distances[0]}{self._scope.text[end:]}"
            raise QueryError("one distance for all the words", "几个 ~ 的字数要相同。", start, end - start, suggestion)
        texts = [part for part in parts if not isinstance(part, Token)]
        return self._near([part.text for part in texts], distances[0], texts[0].start, texts[-1].end)

    def slop(self, parts: tuple[Phrase, Token]) -> Node:
        phrase, distance = parts
        return self._near(phrase.text.split(), distance, phrase.start, _place(distance)[1])

    def field(self, parts: tuple[Token, Node]) -> Node:
        name, value = parts
        return self._scope.field(str(name), value, _place(name)[0])

    def WORD(self, token: Token) -> Node:
        return Word(str(token), *_place(token))

    def PHRASE(self, token: Token) -> Node:
        return Phrase(str(token), *_place(token))

    def WILDCARD(self, token: Token) -> Node:
        return Wildcard(str(token), *_place(token))

    def _near(self, parts: list[str], distance: Token, start: int, end: int) -> Near:
        at, until = _place(distance)
        before, after = self._scope.text[:at], self._scope.text[until:]
        if len(parts) == 1:
            raise QueryError("a distance needs two words", "~ 表示词与词相隔的字数,引号里至少要有两个词。", at, until - at, before + after)
        if len(parts) > MAX_PARTS:
            raise QueryError(f"at most {MAX_PARTS} words near each other", f"相近的词最多 {MAX_PARTS} 个。", start, end - start)
        if len(distance) > 9 or int(distance) > MAX_DISTANCE:
            suggestion = f"{before}~{MAX_DISTANCE}{after}"
            raise QueryError(f"a distance is at most {MAX_DISTANCE}", f"相隔的字数最多 {MAX_DISTANCE}。", at, until - at, suggestion)
        return Near(tuple(parts), int(distance), start, end)


def _place(token: Token) -> tuple[int, int]:
    return token.start_pos or 0, token.end_pos or 0
