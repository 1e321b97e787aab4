"""Folded text in, numbers of documents (国办发〔2024〕12号, 公告2025年第12号, …令第42号) out. Pure."""

import re

from services.enrich.entities.found import Found, Spans

# 党政机关公文格式 (GB/T 9704—2012, 7.2.5): the issuer's code word, the year in 〔〕, a number without leading zero, 号. Printed with any brackets.
_CODE = re.compile(r"[〔\[\(【﹝〈]\s?((?:19|20)\d{2})\s?[〕\]\)】﹞〉]\s?(?:第\s?)?(\d{1,5})\s?号")
_WORD = re.compile(r"([一-鿿]{1,16})\s?$")
_ORDER = re.compile(
    r"(?:公告|令|通告|命令)\s?(?:((?:19|20)\d{2})年\s?)?第\s?(\d{1,5})\s?号"
    r"|(?:((?:19|20)\d{2})年\s?)?第\s?(\d{1,5})\s?号\s?(?:令|公告|通告|命令|行政令|总统令|主席令)"
)
_ISSUER = re.compile(r"(?:[一-鿿]{2,14}、){0,9}[一-鿿]{0,14}?(?:部|委|院|局|(?<!签)署|会|行|府|主席|总理|总局|总署|厅)\s?$")
_BARE_ORDER = re.compile(
    r"(?<![一-鿿])(公告|令|通告)\s?((?:19|20)\d{2})年\s?第\s?(\d{1,5})\s?号|(?<![一-鿿])第\s?\d{1,5}\s?号(?:主席|总统|国务院)?令|第\s?\d{1,6}\s?号(?:行政|总统|主席|国务院)令"
)
_FOLLOWED = re.compile(r"(?:依据|依照|根据|按照|违反|发布|公布|印发|关于|执行|落实|废止|修订|修改)+")
"""Before an issuer, what is done with its order."""
_LEAD = re.compile(
    r"^.*(?:根据|按照|依据|违反|依照|关于|印发|发布|通知|公告|办法|以及|的|了|》|文号|为|由|和|与|见|即|详见|参照|落实|执行)(?=[一-鿿]{2,})"
)


def find_document_nos(text: str) -> list[Found]:
    """Document numbers in `text`, as written."""
    if "号" not in text:  # every form has it
        return []
    found: list[Found] = []
    end = 0
    for match in _CODE.finditer(text):
        word = _WORD.search(text, max(0, match.start() - 17), match.start())
        if not word:
            continue
        lead = _LEAD.match(word[1])
        start = word.start() + (lead.end() if lead else 0)
        found.append(
            Found(
                "document_no",
                start,
                match.end(),
                text[start : match.end()],
                {"year": int(match[1]), "number": int(match[2])},
                rule="document_no:code",
            )
        )
    for match in _ORDER.finditer(text):
        # Ten names of fourteen characters are longer than any such list.
        issuer = _ISSUER.search(text, max(end, match.start() - 160), match.start())
        if issuer and not any(f.start <= issuer.start() < f.end for f in found[-3:]):
            end = match.end()
            lead = _FOLLOWED.match(issuer[0])
            start = issuer.start() + (lead.end() if lead else 0)
            year, number = match[1] or match[3], match[2] or match[4]
            facts = {"year": int(year) if year else None, "number": int(number)}
            found.append(Found("document_no", start, end, text[start:end], facts, rule="document_no:order"))
    taken = Spans((f.start, f.end) for f in found)
    found += [
        Found("document_no", *match.span(), match[0], rule="document_no:order")
        for match in _BARE_ORDER.finditer(text)
        if not taken.touch(*match.span())
    ]
    return sorted(found, key=lambda f: f.start)
