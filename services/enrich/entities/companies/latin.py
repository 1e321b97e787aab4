"""Folded text in, firms in Latin letters out: by their legal form, or by their neighbours in the Chinese sentence. Pure.

A capital letter alone makes no firm: products, models and measures have it, too. What does are words before it that only firms have (开发商, 初创
公司, 收购), or behind it (股价, 首席执行官, 完成…融资).
"""

import re
from collections.abc import Iterator

from services.enrich.entities.lexicon import lexicon
from services.enrich.entities.schemes import latin_schemes
from services.enrich.entities.words import any_of, matches

_WORD = r"[A-Z&][A-Za-z0-9&.'’-]{0,20}"
_NAME = (
    r"(?:[A-Z]{2,6} (?=[A-Z][a-z]))?[A-Z](?=[A-Za-z0-9&.'’-]{0,20}[a-z])[A-Za-z0-9&.'’-]{1,20}"
    r"(?: (?:[A-Z][A-Za-z0-9&'’-]{1,20}|of|and|&)){0,3}(?<! of)(?<! and)(?<! &)"
)
"""One to four words that begin with capitals, the first of which has a small letter too: GPU and ESG are none."""
_FORM = re.compile(
    rf"(?<![A-Za-z0-9.&'’-])((?:{_WORD}(?:,? (?:{_WORD}|of|and)){{0,4}},? "
    r"(?:Inc|Corp|Corporation|Ltd|Limited|LLC|GmbH|AG|plc|PLC|Company|Holdings)(?![A-Za-z])\.?)|[A-Z][A-Za-z0-9.&-]{1,20}(?=公司(?![法债]))"
    r"|(?<=[\n。,，;；、])[A-Z]{1,4}[a-z]+[A-Za-z0-9]{0,16}"
    r"(?=\s?(?:宣布|收购|斥资|股价|市值|[^,，。\n]{0,6}财报|完成[^,，。\n]{0,12}融资)))"
)
"""Firms by their legal form, before 公司, or doing at the beginning of a clause what firms do."""
_CAPITAL = re.compile(r"[A-Z&](?<![A-Za-z0-9.&'’-].)")
_BEFORE = re.compile(
    r"(?:(?:开发商|供应商|制造商|运营商|承包商|零售商|生产商|巨头|独角兽|初创(?:公司|企业)|(?<![子母总])公司|厂商|车企|药企|收购|入股|投资了|注资|领投方|"
    r"(?<![一-鿿])由|联合|携手)\s?[\"“]?)$"
)
_JOINS = re.compile(r"\s*(?:、|和|与|及|以及)\s*")
_KIND_OF = re.compile(r"\s?等[^,，。、\n]{0,6}(?:开发商|供应商|制造商|运营商|企业(?!级)|公司|厂商|车企|药企|巨头)")
_PARTNER = re.compile(r"[,，]?\s?(?:在|共同|合作|签署|签订|达成|宣布|成立|联合|合资|开发|建设|打造|研发|推出)")
_BEHIND = re.compile(
    r"\s?(?:公司(?![法债])|集团|宣布(?:收购|裁员)|收购|斥资|完成[^,，。\n]{0,14}融资|获得?[^,，。\n]{0,14}(?:融资|投资(?!者))|首席执行官|CEO|"
    r"股价|市值|财报|裁员|上市(?!时间)|估值|高管|总裁|首席财务官|董事会|领投|跟投|参投)"
)
_CANDIDATE = re.compile(_NAME)
_TITLE = re.compile(r" (?:C[EFTO]O|VP|Inc)(?![a-z])")
_NO_FIRM = re.compile(rf"\b(?:{any_of(lexicon('companies', 'latin_no_firm'))})(?![a-z])", re.IGNORECASE)


def latin_firms(text: str) -> Iterator[tuple[int, int]]:
    """Where such firms stand."""
    schemes = latin_schemes()
    for match in matches(_CAPITAL, _FORM, text):
        if match[1].upper() not in schemes and not _NO_FIRM.fullmatch(match[1]):
            yield match.span(1)
    for names in _lists(text):
        first, last = names[0][0], names[-1][1]
        before = _BEFORE.search(text, max(0, first - 8), first)
        if before and before[0].startswith(("联合", "携手", "由")) and not _PARTNER.match(text, last):
            before = None
        for start, end in names:
            sure = before or _KIND_OF.match(text, last) or _BEHIND.match(text, end)
            if sure and text[start:end].upper() not in schemes and not _NO_FIRM.search(text, start, end):
                yield start, end


def _lists(text: str) -> Iterator[list[tuple[int, int]]]:
    """Names that 、, 和, 与, 及 join, one or more."""
    names: list[tuple[int, int]] = []
    for match in matches(_CAPITAL, _CANDIDATE, text):
        start, end = match.span()
        if text[end : end + 1].isalnum() and text[end : end + 1].isascii():
            continue
        if title := _TITLE.search(match[0]):
            end = start + title.start()
        if names and not (start - names[-1][1] < 5 and _JOINS.fullmatch(text, names[-1][1], start)):
            yield names
            names = []
        names.append((start, end))
    if names:
        yield names
