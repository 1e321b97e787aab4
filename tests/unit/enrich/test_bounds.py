"""Stories that are larger than an item may be → several items, without a character lost and with every mention in its place."""

from datetime import UTC, datetime

import pytest

from services.enrich.bounds import MOST_CHARACTERS, MOST_ENTITIES, MOST_LINKS, MOST_NAME, MOST_TITLE, MOST_URL
from services.enrich.enrich import enrich
from services.index import document
from services.index.batch import LARGEST, indexing
from shared.records import EnrichedDigest, MediaType, RawDigest
from tests import giants

NOW = datetime(2026, 2, 8, tzinfo=UTC)
SENTENCE = "昆山新增工厂十家。"
DIGEST = """\
# 周报

## 地方动态

### 昆山:将新增零碳工厂10家

{}

## 企业动态

### 常州:乙

1月2日,常州印发方案。
"""


def _enriched(text: str, media_type: MediaType = "text/plain") -> EnrichedDigest:
    raw = RawDigest(digest_id="0" * 32, source="t", media_type=media_type, charset="utf-8", received_at=NOW, sha256="", revision=1, released=True)
    return enrich(raw, text.encode(), enriched_at=NOW)


def _said(digest: EnrichedDigest) -> list[str]:
    return [warning.message for warning in digest.warnings if warning.kind == "other"]


ENDS = [
    ("a line", (SENTENCE * 10 + "\n") * 600, "。"),
    ("a sentence", SENTENCE * 6000, "。"),
    ("a comma", "昆山新增工厂，" * 8000, "，"),
    ("white space", "word " * 11_000, " "),
    ("a character", "字" * 50_001, "字"),
]


@pytest.mark.parametrize(("_name", "body", "end"), ENDS, ids=[name for name, _, _ in ENDS])
def test_a_long_line_is_cut_where_it_is_best(_name: str, body: str, end: str) -> None:
    """Behind a line, else a sentence, else white space or a comma, else any character; nothing is lost, and it is said."""
    digest = _enriched(body)
    bodies = [item.body for item in digest.items]
    assert len(bodies) > 1
    assert max(map(len, bodies)) <= MOST_CHARACTERS
    assert all(body.endswith(end) for body in bodies[:-1])
    assert "".join(bodies).replace("\n", "") == body.replace("\n", "").strip()
    assert f"1 stories became {len(bodies)} items" in _said(digest)[-1]


def test_pieces_stand_in_their_digest_as_the_story_did() -> None:
    """Same title, section and subject, one after the other, under ids of their own that are the same each time; the next story follows."""
    text = DIGEST.format(SENTENCE * 12_000)
    digest = _enriched(text, "text/markdown")
    pieces = digest.items[:-1]
    assert len(pieces) == 6
    assert {(item.title, item.section, item.subject) for item in pieces} == {("昆山:将新增零碳工厂10家", "地方动态", "昆山")}
    assert [item.ordinal for item in digest.items] == list(range(1, 8))
    assert digest.items[-1].title == "常州:乙"
    assert len({item.item_id for item in digest.items}) == 7
    assert [item.item_id for item in _enriched(text, "text/markdown").items] == [item.item_id for item in digest.items]
    short = _enriched(DIGEST.format(SENTENCE), "text/markdown")
    assert [item.item_id for item in short.items] == [digest.items[0].item_id, digest.items[-1].item_id]


@pytest.mark.parametrize("text", [giants.line(900_000), (giants.line(20_000) + "\n") * 40], ids=["one line", "lines"])
def test_mentions_and_spans_stay_right(text: str) -> None:
    """Each mention is where it says and in one piece, none is cut through; spans cover the text in order, each with its piece's body."""
    digest = _enriched(text)
    assert len(digest.items) > 3
    for item in digest.items:
        assert len(item.entities) <= MOST_ENTITIES
        assert all((item.title if one.field == "title" else item.body or "")[one.start : one.end] == one.text for one in item.entities)  # type: ignore[index]
    spans = [span for item in digest.items for span in item.spans]
    assert [span.start for span in spans[1:]] == [span.end for span in spans[:-1]]
    assert (spans[0].start, spans[-1].end) == (0, digest.length)
    written = text.strip()
    assert all(written[item.spans[0].start : item.spans[-1].end].strip("\n") == item.body for item in digest.items)


def test_what_an_item_may_have_is_one_item() -> None:
    """Up to the bound nothing changes, and nothing is said."""
    digest = _enriched(("字" * 99 + "。") * (MOST_CHARACTERS // 100))
    assert (len(digest.items), _said(digest)) == (1, [])


def test_a_giant_is_made_of_writes_that_a_small_elasticsearch_takes() -> None:
    """8.4 MB in one line: the record fits into its topic, and each item is a write far below the largest."""
    text = giants.line()
    value = _enriched(text).to_json()
    assert len(value) < 16 * 2**20 - 2**16
    documents = document.read(value)
    largest = max(len(indexing(0, item_id, 1, item).lines) for item_id, item in documents.items.items())
    assert largest < LARGEST / 2
    assert "".join(item["body"] for item in documents.items.values()) == text


def test_a_title_that_is_none_is_text() -> None:
    """A heading of a million characters is the beginning of its body, in pieces."""
    heading = "昆" * 1_000_000
    digest = _enriched(f"## 甲地:乙\n\n一。\n\n## {heading}\n\n正文。\n\n## 丙地:丁\n\n二。\n", "text/markdown")
    assert all(len(item.title or "") <= MOST_TITLE and len(item.headline) <= MOST_TITLE for item in digest.items)
    assert heading in "".join(item.body for item in digest.items)


def test_names_and_links_are_bounded_and_links_left_out_are_counted() -> None:
    """A section's name is repeated with each of its items, an address may hold a whole picture."""
    section, address = "节" * 5_000, "http://example.org/" + "a" * MOST_URL
    links = " ".join(f"[链接{number}](http://example.org/{number})" for number in range(MOST_LINKS + 7))
    text = f"# {section}\n\n## 昆山:甲\n\n一。{links} [长]({address})\n\n## 常州:乙\n\n二。\n"
    digest = _enriched(text, "text/markdown")
    assert all(len(name) <= MOST_NAME for item in digest.items for name in item.section_path)
    assert all(len(name) <= MOST_NAME for name in digest.sections)
    (item,) = [item for item in digest.items if item.links]
    assert len(item.links) == MOST_LINKS
    assert _said(digest) == [f"8 links were left out, as an item has at most {MOST_LINKS}, none too long"]


def test_links_and_pictures_go_with_the_text_they_stand_in() -> None:
    """Each link is in the piece that has its words."""
    text = f"## 昆山:甲\n\n{SENTENCE * 6000}[前](http://example.org/a)\n\n{SENTENCE * 6000}[后](http://example.org/b)\n\n## 常州:乙\n\n二。\n"
    digest = _enriched(text, "text/markdown")
    found = {link.text: item for item in digest.items for link in item.links}
    assert set(found) == {"前", "后"}
    assert all(words in item.body for words, item in found.items())
    assert found["前"].ordinal < found["后"].ordinal
