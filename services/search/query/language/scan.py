"""A cleaned query → its tokens for the grammar: words, phrases, fields, operators, each with its place. Pure.

Text that was pasted must stay text, so a parenthesis belongs to the word that it is attached to (`将新增(近)零碳工厂`), a name before a colon that is
no field is text, a minus before a digit is a number's, and `｜` between two characters is a headline's. What could only be a slip is an error.
"""

import re
from collections.abc import Iterator

from lark import Token

from services.search.query.language import wildcards
from services.search.query.language.errors import QueryError
from services.search.query.language.fields import LONGEST, field_of, resembling
from services.search.query.language.marks import CLOSE, CLOSING, OPEN, QUOTES, UNLIKE, closed_at, quoted

MAX_DEPTH = 20
"""Parentheses within each other"""

OPERATORS = {"OR": "_OR", "AND": "_AND", "NOT": "NOT"}
VALUES = ("WORD", "PHRASE", "WILDCARD")

_NAME = re.compile(rf"([A-Za-z_]{{2,20}}|[\u4e00-\u9fff]{{1,{LONGEST}}})[:：](?!//)")
_DISTANCE = re.compile(rf"[~～]([0-9]*)(?=[ {CLOSE}]|$)")
_LISTED = re.compile(r"[0-9]{1,3}|[A-Za-z]|[一二三四五六七八九十]{1,3}")
_LETTERS = re.compile(r"[Dd][Bb][0-9]{2,6}/[Tt]?|[A-Za-z/]+")
_NUMBER = re.compile(rf" \d[\d.:：—–－-]*(?=[ |｜{CLOSE}]|$)")
"""A standard's, with the blank before it and nothing but the query's next word behind it"""
_LEADING = "《〈【[*?"


def scan(text: str) -> tuple[list[Token], list[str]]:
    """The tokens, and what should be known about their reading, in Chinese. Raises QueryError with places in `text`."""
    scanner = _Scanner(text)
    at = 0
    while at < len(text):
        at = at + 1 if text[at] == " " else scanner.step(at)
    scanner.finish()
    return scanner.tokens, scanner.notices


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self._as_text: dict[str, str] = {}
        """What was taken as text although it resembles something else: the first of each kind"""
        self.open: list[tuple[int, bool, bool]] = []
        """Open parentheses: place, whether it opens a group and is not text, whether the group is a field's value"""
        self.pairs = dict(_pairs(text))

    def step(self, at: int) -> int:
        """One token from `at` on; returns where it ends."""
        text, character = self.text, self.text[at]
        direct = bool(self.tokens) and self.tokens[-1].type == "FIELD"
        if character in QUOTES:
            return self._quoted(at, direct)
        if character in CLOSING:
            raise self._stray(at)
        if character in OPEN and (direct or self._opens_group(at)):
            return self._group(at, direct)
        if character in CLOSE and self._closes(at):
            self.open.pop()
            return self._add("_RPAR", character, at, at + 1)
        if character == "|" or (character == "｜" and self._parts(at)):
            return self._or(at)
        if self._negates(at):
            if direct:
                raise self._misplaced_minus(at)
            return self._add("NOT", character, at, at + 1)
        if not direct:
            if distance := _DISTANCE.match(text, at):
                return self._distance(at, distance)
            if (name := _NAME.match(text, at)) and (field := field_of(name[1])):
                return self._field(at, name, field.name)
        return self._word(at, direct)

    @property
    def notices(self) -> list[str]:
        return list(self._as_text.values())

    def finish(self) -> None:
        """Raises where a group is left open."""
        groups = [n for n, (_, group, _) in enumerate(self.open) if group]
        if groups:
            missing = ")" * (len(self.open) - groups[0])
            raise QueryError("the parenthesis is not closed", "括号没有关上。", self.open[groups[-1]][0], 1, self.text.rstrip() + missing)

    def _add(self, kind: str, value: str, start: int, end: int) -> int:
        self.tokens.append(Token(kind, value, start_pos=start, end_pos=end))
        return end

    def _attached(self, at: int) -> bool:
        return bool(self.tokens) and self.tokens[-1].type in VALUES and self.tokens[-1].end_pos == at

    def _ends(self, at: int) -> bool:
        """Whether a term that reached `at` ends there."""
        return at >= len(self.text) or self.text[at] in f" |{CLOSE}"

    @property
    def _valued(self) -> bool:
        return any(valued for _, _, valued in self.open)

    def _quoted(self, at: int, direct: bool) -> int:
        text = self.text
        end = closed_at(text, at)
        if end is None:
            closing = QUOTES[text[at]][0]
            other = re.compile(f"[{UNLIKE.get(text[at], closing)}]").search(text, at + 2)
            suggestion = (
                text[: other.start()] + closing + text[other.end() :] if other else text.rstrip() + closing if text[at + 1 :].strip() else text[:at]
            )
            raise QueryError("the quotation mark is not closed", f"引号 {text[at]} 没有关上,请在末尾补上 {closing} 。", at, 1, suggestion)
        inner = text[at + 1 : end].strip()
        if not inner:
            suggestion = f"{text[:at].rstrip()} {text[end + 1 :].lstrip()}"
            raise QueryError("nothing between the quotation marks", "引号里没有内容。", at, end + 1 - at, suggestion)
        if (direct or self._valued) and text[at] in CLOSING.values() and not self._ends(end + 1) and text[end + 1] not in "~～":
            # 文件:“十四五”规划: the value goes on, so its quotation marks are its own.
            return self._word(at, direct)
        return self._add("PHRASE", inner, at, end + 1)

    def _stray(self, at: int) -> QueryError:
        text, mark = self.text, self.text[at]
        opening = text.find(CLOSING[mark], at)
        if opening > 0 and mark not in text[at + 1 : opening]:
            suggestion = text[:at] + CLOSING[mark] + text[at + 1 : opening] + mark + text[opening + 1 :]
        elif self._attached(at):
            start = self.tokens[-1].start_pos or 0
            suggestion = text[:start] + CLOSING[mark] + text[start:]
        else:
            suggestion = text[:at] + (CLOSING[mark] if mark in text[at + 1 :] else " ") + text[at + 1 :]
        return QueryError("a closing quotation mark without an opening one", f"引号 {mark} 前面缺少 {CLOSING[mark]} 。", at, 1, suggestion)

    def _opens_group(self, at: int) -> bool:
        """Not where text goes on: (近)零碳工厂, “双碳”(2030)."""
        end = self.pairs.get(at)
        if end is not None and any(character in QUOTES or character in " |" for character in self.text[at + 1 : end + 2].rstrip()):
            return True
        return not self._attached(at) and (end is None or self._ends(end + 1) or self.text[end + 1] in "~～")

    def _group(self, at: int, direct: bool) -> int:
        if sum(group for _, group, _ in self.open) == MAX_DEPTH:
            raise QueryError(f"at most {MAX_DEPTH} parentheses within each other", f"括号最多嵌套 {MAX_DEPTH} 层。", at)
        self.open.append((at, True, direct))
        return self._add("_LPAR", self.text[at], at, at + 1)

    def _closes(self, at: int) -> bool:
        """Whether the parenthesis at the start of a term closes a group; raises where there is nothing to close."""
        if not self.open and self._ends(at + 1):
            suggestion = self.text[:at] + " " + self.text[at + 1 :]
            raise QueryError("a closing parenthesis without an opening one", "多了一个右括号,前面没有对应的左括号。", at, 1, suggestion)
        return bool(self.open) and self.open[-1][1]

    def _parts(self, at: int) -> bool:
        """Whether `｜` parts two terms: not in the middle of a headline such as 深度｜碳市场."""
        before = at == 0 or self.text[at - 1] == " " or self.text[at - 1] in CLOSE or not self.tokens or self.tokens[-1].type == "_LPAR"
        return self._valued or before or self._ends(at + 1) or (len(self.tokens) > 1 and self.tokens[-2].type == "FIELD")

    def _or(self, at: int) -> int:
        text = self.text
        if self._attached(at) and len(self.tokens) > 1 and self.tokens[-2].type == "FIELD" and not self._ends(at + 1):
            start, end = self.tokens[-1].start_pos or 0, re.compile(rf"[ {CLOSE}]|$").search(text, at)
            suggestion = f"{text[:start]}({text[start : end.start()]}){text[end.start() :]}" if end else None
            raise QueryError("write the values of one field in parentheses", "同一字段的几个值要写在括号里,如 地区:(昆山|常州)。", at, 1, suggestion)
        return self._add("_OR", text[at], at, at + 1)

    def _negates(self, at: int) -> bool:
        if self.text[at] not in "-－" or at + 1 == len(self.text):
            return False
        following = self.text[at + 1]
        return (following.isalpha() or following in QUOTES or following in OPEN or following in _LEADING) and not self._attached(at)

    def _misplaced_minus(self, at: int) -> QueryError:
        field = self.tokens[-1].start_pos or 0
        suggestion = f"{self.text[:field]}-{self.text[field:at]}{self.text[at + 1 :]}"
        return QueryError("the minus goes before the field", "减号要写在字段名前面,如 -地区:昆山。", at, 1, suggestion)

    def _distance(self, at: int, found: re.Match[str]) -> int:
        if self._attached(at) and self.tokens[-1].type == "PHRASE":
            if not found[1]:
                suggestion = self.text[: found.end()] + "10" + self.text[found.end() :]
                raise QueryError("a distance is missing behind ~", "~ 后面要写相隔的字数,如 ~10。", at, 1, suggestion)
            return self._add("SLOP", found[1], at, found.end())
        if found[1]:
            return self._add("BETWEEN", found[1], at, found.end())
        return self._add("WORD", found[0], at, found.end())

    def _field(self, at: int, name: re.Match[str], field: str) -> int:
        text, end = self.text, name.end()
        if self._ends(end) or text[end] == "｜":
            value = text[end:].lstrip()
            suggestion = text[:end] + value if value and value[0] not in CLOSE else f"{text[:at]}{quoted(name[0])}{text[end:]}"
            raise QueryError(f"the field {field} has no value", f"字段“{name[0]}”后面要紧跟一个值,中间不空格。", at, end - at, suggestion)
        return self._add("FIELD", field, at, end)

    def _word(self, at: int, direct: bool) -> int:
        valued = direct or self._valued
        end = self._word_end(at, valued)
        if direct and self.tokens[-1] == "standard" and _LETTERS.fullmatch(self.text, at, end) and (number := _NUMBER.match(self.text, end)):
            end = number.end()  # 标准:GB/T 32151: the blank is the number's own
        word = self.text[at:end]
        if not direct and word in OPERATORS:
            return self._add(OPERATORS[word], word, at, end)
        if not valued:
            self._notice(at, word)
        pattern = wildcards.pattern_of(word)
        if pattern is None:
            return self._add("WORD", word, at, end)
        if wrong := wildcards.trouble(pattern):
            suggestion = quoted(word)
            raise QueryError(*wrong, at, end - at, suggestion and self.text[:at] + suggestion + self.text[end:])
        return self._add("WILDCARD", pattern, at, end)

    def _word_end(self, at: int, valued: bool) -> int:
        text = self.text
        for end in range(at, len(text)):
            character = text[end]
            if character in " |" or (character == "｜" and (valued or self._ends(end + 1))):
                return end
            if (character in QUOTES or character in CLOSING) and not valued:
                return end
            if character in OPEN:
                self.open.append((end, False, False))
            elif character in CLOSE:
                if self.open and self.open[-1][1]:
                    return end
                if self.open:
                    self.open.pop()
                elif self._ends(end + 1) and not _LISTED.fullmatch(text[at:end]):
                    return end
        return len(text)

    def _notice(self, at: int, word: str) -> None:
        """What is said about a word that resembles something else; raises where it most likely is a field's misspelt name."""
        if name := _NAME.match(word):
            if meant := resembling(name[1]):
                suggestion = self.text[:at] + meant + self.text[at + len(name[1]) :]
                raise QueryError(f"there is no field {name[1]}: {meant}?", f"没有字段“{name[1]}”,是否要写 {meant}?", at, len(name[1]), suggestion)
            self._as_text.setdefault("name", f"“{name[1]}”不是字段名,已连同冒号按文字查找。")
        elif word[0] in "-－" and word[1:2].isdigit():
            self._as_text.setdefault("minus", f"“{word}”的减号已按文字查找;要排除,请写 NOT {word[1:]}。")
        if "｜" in word:
            self._as_text.setdefault("bar", f"“{word}”的｜已按文字查找;要任选其一,请在两边加空格。")


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Each parenthesis and the one that closes it."""
    opened: list[int] = []
    for at, character in enumerate(text):
        if character in OPEN:
            opened.append(at)
        elif character in CLOSE and opened:
            yield opened.pop(), at
