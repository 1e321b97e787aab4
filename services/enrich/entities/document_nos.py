"""Folded text in, numbers of documents (国办发〔2024〕12号, 公告2025年第12号, …令第42号) out. Pure."""

import re

from services.enrich.entities.found import Found

# 党政机关公文格式 (GB/T 9704—2012, 7.2.5): the issuer's code word, the year in 〔〕, a number without leading zero, 号. Printed with any brackets.
_CODE = re.compile(r"([一-鿿]{1,16})\s?[〔\[\(【﹝〈]\s?((?:19|20)\d{2})\s?[〕\]\)】﹞〉]\s?(?:第\s?)?(\d{1,5})\s?号")
_ORDER = re.compile(
    r"((?:[一-鿿]{2,14}、){0,9}[一-鿿]{0,14}?(?:部|委|院|局|署|会|行|府|主席|总理|总局|总署|厅))\s?(公告|"
    r"令|通告|命令)\s?(?:((?:19|20)\d{2})年\s?)?第\s?(\d{1,5})\s?号"
)
_BARE_ORDER = re.compile(
    r"(?<![一-鿿])(公告|令|通告)\s?((?:19|20)\d{2})年\s?第\s?(\d{1,5})\s?号|(?<![一-鿿])第\s?\d{1,5}\s?号(?:主席|总统|国务院)?令"
)
_LEAD = re.compile(r"^.*(?:根据|按照|依据|关于|印发|发布|通知|公告|办法|以及|的|了|》|文号|为|由|和|与|见|即|详见|参照|落实|执行)(?=[一-鿿]{2,})")


def find_document_nos(text: str) -> list[Found]:
    """Document numbers in `text`, as written."""
    found: list[Found] = []
    end = 0
    for match in _CODE.finditer(text):
        word = match[1]
        lead = _LEAD.match(word)
        start = match.start() + (lead.end() if lead else 0)
        found.append(
            Found(
                "document_no",
                start,
                match.end(),
                text[start : match.end()],
                {"year": int(match[2]), "number": int(match[3])},
                rule="document_no:code",
            )
        )
    for pattern in (_ORDER, _BARE_ORDER):
        for match in pattern.finditer(text):
            if match.start() >= end and not any(f.start <= match.start() < f.end for f in found[-3:]):
                end = match.end()
                found.append(Found("document_no", match.start(), end, match[0], rule="document_no:order"))
    return sorted(found, key=lambda f: f.start)
