"""A token that can't stand where it does → the error that says why. Pure."""

from collections.abc import Sequence

from lark import Token

from services.search.query.language.errors import QueryError
from services.search.query.language.marks import CLOSE, OPEN

_JOINING = ("_OR", "_AND", "NOT", "BETWEEN")


def out_of_order(tokens: Sequence[Token], token: Token, text: str) -> QueryError:
    """`token` is one of `tokens`, or the end of the query."""
    at = next((n for n, one in enumerate(tokens) if one is token), len(tokens))
    before = tokens[at - 1] if at else None
    here = tokens[at] if at < len(tokens) else None
    if "BETWEEN" in (before and before.type, here and here.type) or (here and here.type == "SLOP"):
        return _distance(tokens, at, text)
    if before and before.type == "_LPAR" and here and here.type == "_RPAR":
        start, end = before.start_pos or 0, here.end_pos or 0
        return QueryError("nothing between the parentheses", "括号里没有内容。", start, end - start, _without(text, start, end))
    # What is left is an operator without something to join: at the end, before a parenthesis that closes, at the beginning, or beside another.
    wrong = before if before and before.type in _JOINING and (here is None or here.type == "_RPAR") else here
    assert wrong is not None
    start, end = wrong.start_pos or 0, wrong.end_pos or 0
    side = "后面" if wrong is before else "前面"
    suggestion = _without(text, start, end)
    return QueryError(f"{text[start:end]} has nothing to join", f"“{text[start:end]}”{side}缺少要查的词。", start, end - start, suggestion)


def _distance(tokens: Sequence[Token], at: int, text: str) -> QueryError:
    """~10 without words on both sides: a word behind a field gets parentheses, anything else is taken as text."""
    here = tokens[at] if at < len(tokens) else None
    wrong = here if here is not None and here.type in ("BETWEEN", "SLOP") else tokens[at - 1]
    start, end = wrong.start_pos or 0, wrong.end_pos or 0
    if wrong.type == "SLOP":
        suggestion = _without(text, start, end)
    elif at > 1 and wrong is here and tokens[at - 2].type == "FIELD" and tokens[at - 1].type in ("WORD", "PHRASE") and at + 1 < len(tokens):
        first, last = tokens[at - 1].start_pos or 0, tokens[at + 1].end_pos or 0
        suggestion = f"{text[:first]}({text[first:last]}){text[last:]}"
    else:
        suggestion = f'{text[:start].rstrip()} "{text[start:end]}" {text[end:].lstrip()}'
    chinese = f"“{text[start:end]}”要写在两个词或引号之间,如 碳市场 ~10 配额。"
    return QueryError("a distance stands between two words or phrases", chinese, start, end - start, suggestion)


def _without(text: str, start: int, end: int) -> str:
    before, after = text[:start].rstrip(), text[end:].lstrip()
    return (before + after if before.endswith(tuple(OPEN)) or after.startswith(tuple(CLOSE)) else f"{before} {after}").strip()
