"""An item's title and body in, its entities out: every kind found in one text, with offsets in the field it stands in. Pure.

The extractors read one folded text, title, newline, body, so that each sees the other field's context. Order matters: what a document's or a
standard's number covers is no date, what a date covers no quantity, what a company's name covers no region of its own.

Time and memory are bounded by an Allowance, which all items of a digest share; a body beyond 50,000 characters is read in pieces.
"""

import re
from datetime import date
from functools import lru_cache
from typing import Literal

from services.enrich.entities import persons, regions, schemes
from services.enrich.entities.agencies import facts
from services.enrich.entities.agencies import find as agencies
from services.enrich.entities.allowance import PIECE, Allowance
from services.enrich.entities.companies import find as companies
from services.enrich.entities.confidence import confidence
from services.enrich.entities.dates import find_dates
from services.enrich.entities.document_nos import find_document_nos
from services.enrich.entities.documents import find_documents
from services.enrich.entities.fold import as_written, fold, is_traditional
from services.enrich.entities.found import Found, Spans
from services.enrich.entities.links import linked
from services.enrich.entities.persons import find_persons
from services.enrich.entities.quantities import find_quantities, judged
from services.enrich.entities.regions import DATELINE, about, find_regions
from services.enrich.entities.schemes import find_schemes
from services.enrich.entities.standards import find_standards
from services.enrich.entities.words import places_of
from shared.names.aliases import full_name
from shared.records import Entity, QuantityValue

_LOCATES = re.compile(r"(?:公司|交易所|中心|油田|气田|厂|分行|支行)$")
"""How names end that say where a firm is (河北电力交易中心); in 南京银行 and 泸州老窖 the place is but a part of the name."""


def extract(title: str | None, body: str, *, published_on: date | None, allowance: Allowance | None = None) -> list[Entity]:
    """Entities of an item, in the order of the text, title first. `published_on` is the issue's day in Asia/Shanghai.

    `allowance` is what the item's digest has left, the whole of it if none is given; it counts what is left out once it is used up.
    """
    left = allowance or Allowance()
    head = (title or "")[:PIECE]
    left.left_out += len(title or "") - len(head)
    entities: list[Entity] = []
    for start, end in left.pieces(body, beside=len(head)):
        entities += _of_piece(head if start == 0 else "", body, start, end, published_on=published_on, left=left)
    return entities


def _of_piece(head: str, body: str, start: int, end: int, *, published_on: date | None, left: Allowance) -> list[Entity]:
    """Entities of the title `head` and of `body[start:end]`, as many as are left."""
    text = f"{head}\n{body[start:end]}"
    folded = fold(text)
    traditional = is_traditional(text, folded)
    found = find(folded, title_length=len(head), published_on=published_on, traditional=traditional)
    found.sort(key=lambda f: (f.start, -f.end, f.type))
    entities = []
    for one in found:
        if left.entities <= 0:
            left.left_out += len(text) - one.start
            break
        if traditional and isinstance(one.value, QuantityValue):
            one = one._replace(value=_quantity_as_written(one.value, text, folded, one.start))
        if entity := _entity(one, text, title_length=len(head), offset=start):
            left.entities -= 1
            entities.append(entity)
    return entities


def find(text: str, *, title_length: int, published_on: date | None, traditional: bool = False) -> list[Found]:
    """Everything found in a folded text whose first `title_length` characters are the title; `traditional`: it was written in such characters."""
    documents = find_documents(text, title_length=title_length)
    numbers = find_document_nos(text)
    standards = find_standards(text)
    hot = places_of(_pairs(), text)
    places = find_regions(text, title_length=title_length, places=hot)
    titles = Spans((f.start, f.end) for f in documents if text[f.start] in "《〈")
    coded = Spans((f.start, f.end) for f in numbers if f.rule == "document_no:code")
    bodies = agencies.find_agencies(text, places, outside=coded, places=hot, traditional=traditional)
    # 公安部 is no body of 公安县.
    whole = Spans((f.start, f.end) for f in bodies if f.rule == "agency:known")
    places = [f for f in places if f.rule != "region:weak" or not whole.cover(f.start)]
    firms = companies.find_companies(
        text, places, title_length=title_length, outside=Spans((f.start, f.end) for f in [*bodies, *numbers]), places=hot, traditional=traditional
    )
    named = Spans((f.start, f.end) for f in firms if _says_where(text, f))
    brands = Spans((f.start, f.end) for f in firms if not _says_where(text, f))
    places = [f for f in places if f.type != "region" or not brands.cover(f.start)]
    places = [f._replace(inferred=True) if f.type == "region" and named.cover(f.start) else f for f in places]
    dates = find_dates(text, published_on=published_on, outside=Spans((f.start, f.end) for f in [*numbers, *standards]), titles=titles)
    bodies = facts.with_facts(text, bodies, places)
    programmes = find_schemes(text, places=hot)
    taken = Spans((f.start, f.end) for f in [*numbers, *standards, *dates, *[d for d in documents if d.rule == "document:brackets"]])
    quantities = judged(
        text, find_quantities(text, outside=taken), dates, [*bodies, *firms, *places], title_length=title_length, published_on=published_on
    )
    papers = linked(text, documents, numbers, bodies, dates)
    return [
        *papers,
        *standards,
        *about(text, [f for f in places if f.rule != DATELINE], title_length=title_length),
        *bodies,
        *firms,
        *dates,
        *quantities,
        *programmes,
        *find_persons(text, places=hot),
    ]


def _says_where(text: str, firm: Found) -> bool:
    """Whether a firm's name tells where an item plays; 宁德时代新能源科技股份有限公司, which is known, is at work anywhere."""
    name = text[firm.start : firm.end]
    return _LOCATES.search(name) is not None and not (name.endswith("公司") and full_name("company", name))


@lru_cache(maxsize=1)
def _pairs() -> frozenset[str]:
    """What the words of all lists begin with, so that the text is gone through once for all of them."""
    return frozenset().union(regions.scanner().pairs, agencies.pairs(), companies.pairs(), schemes.pairs(), persons.PAIRS)


def _quantity_as_written(value: QuantityValue, text: str, folded: str, start: int) -> QuantityValue:
    """訂單 and 億美元, which the extractors read as 订单 and 亿美元."""
    indicator, unit = (as_written(part, text, folded, near) for part, near in ((value.indicator, start), (value.unit, start + len(value.unit) + 9)))
    return value.model_copy(update={"indicator": indicator, "unit": unit})


def _entity(found: Found, text: str, *, title_length: int, offset: int) -> Entity | None:
    """The entity with offsets in its field, of which `text` has what begins at `offset`; None for what lies across title and body."""
    start, end = found.start, found.end
    field: Literal["title", "body"] = "title" if start < title_length else "body"
    if field == "title" and end > title_length:
        return None
    if field == "body":
        start, end = start - title_length - 1 + offset, end - title_length - 1 + offset
    if start < offset or start >= end:
        return None
    value = found.value
    written = text[found.start : found.end]
    if found.type in ("agency", "company", "document_no", "standard", "scheme", "person"):
        value = written
    if found.rule == "company:subject" and found.canonical:
        # 炘隆:获… speaks of the company that the body names in full: one company, not two.
        value = found.canonical.get("name", value)
    elif found.rule == "document:brackets":
        value = written[1:-1].strip()
    elif found.type == "document" and value is not None and found.rule != "document:alias":
        value = written
    return Entity.model_construct(
        type=found.type,
        text=written,
        field=field,
        start=start,
        end=end,
        value=value,
        canonical=found.canonical,
        inferred=found.inferred,
        rule=found.rule,
        confidence=confidence(found),
    )
