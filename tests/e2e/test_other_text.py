"""No text is lost: any phrase of any digest is found, in its items or in its other text, whatever becomes of the digest."""

import random
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from services.enrich.readers import read
from shared.records import MediaType
from tests.command import jianbao
from tests.engines import RunningEngines
from tests.pipeline import Pipeline, Receipt, wait_for
from tests.sizes import size

pytestmark = pytest.mark.connected

DIGESTS = Path(__file__).parents[1] / "data" / "digests"
FED: dict[str, MediaType] = {
    "contents_as_links.md": "text/markdown",
    "bold_paragraph_titles.html": "text/html",
    "agri_brief_two_level.txt": "text/plain",
    "contents_reworded.txt": "text/plain",
}
FORMS: dict[MediaType, str] = {"text/plain": "text", "text/markdown": "markdown", "text/html": "html"}
PHRASES = size("JIANBAO_PHRASES", short=25, long=1_000)
"""Of each digest."""
SHORTEST, LONGEST = 2, 12
NOTICE = "内部资料请勿外传谨供会员参考"
"""Stands in no item and in no other digest."""
MARKS = (('"', '"'), ("「", "」"), ("『", "』"))


@pytest.fixture(scope="module")
def pipeline(engines: RunningEngines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """All four services for the whole module: each test has digests of its own."""
    made = Pipeline(engines=engines.environ, namespace=f"t-{uuid4().hex[:12]}", logs=tmp_path_factory.mktemp("services"))
    try:
        made.start()
        yield made
    finally:
        made.close()


def feed(pipeline: Pipeline, text: str, name: str, media_type: MediaType = "text/plain") -> Receipt:
    """Fed and searchable; its source is its name."""
    receipt = pipeline.feed_until_taken(text, source=name, external_id=name, form=FORMS[media_type], published_on="2026-02-06")
    pipeline.wait_searchable(receipt)
    return receipt


def found(pipeline: Pipeline, phrase: str, **filters: str) -> set[str]:
    """The digests that have the phrase in an item or in their other text."""
    opening, closing = next((marks for marks in MARKS if not set(marks) & set(phrase)), MARKS[0])
    answer = pipeline.get("search", "/api/search", q=f"{opening}{phrase}{closing}", facets="none", size="100", others="100", **filters)
    return {hit["digest_id"] for hit in (*answer["hits"], *(answer["others"] or {"hits": ()})["hits"])}


def phrases(text: str, media_type: MediaType) -> Iterator[str]:
    """Pieces of two to twelve characters from every part of the visible text, always the same ones."""
    chance = random.Random(20)
    lines = [block.text for block in read(text.encode(), media_type=media_type).blocks if len(block.text) >= SHORTEST and block.kind != "rule"]
    for number in range(PHRASES):
        line = lines[number * len(lines) // PHRASES] if len(lines) > PHRASES else lines[number % len(lines)]
        length = chance.randint(SHORTEST, min(LONGEST, len(line)))
        start = chance.randint(0, len(line) - length)
        piece = line[start : start + length].strip()
        if sum(character.isalnum() for character in piece) >= SHORTEST:
            yield piece


def test_any_phrase_of_any_digest_is_found(pipeline: Pipeline) -> None:
    """In Markdown, HTML and plain text; also from a new index, which `jianbao rebuild` makes."""
    texts = {name: (DIGESTS / name).read_text("utf-8") for name in FED}
    receipts = {name: feed(pipeline, text, name.replace(".", "-"), FED[name]) for name, text in texts.items()}

    def lost() -> dict[str, list[str]]:
        said = {name: [piece for piece in phrases(text, FED[name]) if not finds(name, piece)] for name, text in texts.items()}
        return {name: pieces for name, pieces in said.items() if pieces}

    def finds(name: str, piece: str) -> bool:
        return receipts[name].digest_id in found(pipeline, piece, source=name.replace(".", "-"))

    assert lost() == {}
    done = jianbao(pipeline, "rebuild", environ={"ELASTICSEARCH_URL": pipeline.elasticsearch})
    assert done.returncode == 0, done.stderr
    assert lost() == {}


def test_other_text_goes_with_its_revision_and_with_its_digest(pipeline: Pipeline) -> None:
    """Corrected: the old text is gone, the new one found; withdrawn, fed again and erased: found when it is there, and not when it is not."""
    text = (DIGESTS / "contents_reworded.txt").read_text("utf-8")
    receipt = feed(pipeline, f"{text}\n\n声明：{NOTICE}", "other-text")
    items = pipeline.get("search", "/api/search", q="", source="other-text")["total"]
    answer = pipeline.get("search", "/api/search", q=NOTICE)
    assert (answer["total"], answer["others"]["total"]) == (0, 1)
    (hit,) = answer["others"]["hits"]
    assert (hit["digest_id"], hit["source"]) == (receipt.digest_id, "other-text")
    assert f"<em>{NOTICE}</em>" in hit["highlights"][0]
    assert found(pipeline, NOTICE, region="320583") == set()  # a region is an item's
    assert found(pipeline, NOTICE, source="another") == set()

    feed(pipeline, f"{text}\n\n声明：{NOTICE[::-1]}", "other-text")
    assert found(pipeline, NOTICE) == set()
    assert found(pipeline, NOTICE[::-1]) == {receipt.digest_id}
    assert pipeline.get("search", "/api/search", q="", source="other-text")["total"] == items

    done = jianbao(pipeline, "withdraw", receipt.digest_id, "--reason", "发布方撤稿", "--wait")
    assert done.returncode == 0, done.stderr
    assert found(pipeline, NOTICE[::-1]) == set()

    feed(pipeline, f"{text}\n\n声明：{NOTICE}", "other-text")
    assert found(pipeline, NOTICE) == {receipt.digest_id}
    environ = {"ELASTICSEARCH_URL": pipeline.elasticsearch}
    done = jianbao(pipeline, "erase", receipt.digest_id, "--reason", "法院裁定", "--yes", environ=environ)
    assert done.returncode == 0, done.stderr
    wait_for(lambda: not found(pipeline, NOTICE), "the notice to be erased")
