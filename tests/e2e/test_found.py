"""What is fed is found: the sample; one digest in every format and charset that people send; any phrase of any digest, in its items or
in its other text, whatever becomes of the digest.
"""

import codecs
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from services.enrich.readers import read
from services.enrich.split.split import split
from shared.records import MediaType
from tests.command import jianbao
from tests.pipeline import Pipeline, Receipt, wait_for
from tests.sizes import size
from tests.unit.enrich.renderings import Look, html, markdown, mhtml, pdf, word
from tests.variants import ITEMS, SAMPLE

pytestmark = pytest.mark.connected


def test_the_sample_is_found(pipeline: Pipeline) -> None:
    """Fed by HTTP, the sample's nine items are there and a Chinese query finds the one that it should."""
    before = pipeline.items_by_digest()
    receipt = pipeline.feed(SAMPLE.read_text("utf-8"), published_on="2026-02-06")
    pipeline.wait_searchable(receipt)
    assert pipeline.items_by_digest() == before | {receipt.digest_id: ITEMS}
    assert "昆山:将新增(近)零碳工厂10家" in [hit["title"] for hit in pipeline.search("零碳工厂", source="双碳周报")]


WIDTHS = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


def test_fed_again_there_is_nothing_new(pipeline: Pipeline, tmp_path: Path) -> None:
    """In another charset, width and white space, without title and day: a duplicate, and all is as it was. A new title is a revision."""
    text = SAMPLE.read_text("utf-8")
    said = {"source": "又一周报", "title": "双碳周报第六期", "published_on": "2026-02-06", "external_id": "2026-06"}
    first = pipeline.feed(text, **said)
    pipeline.wait_searchable(first)
    before = pipeline.items_by_digest()

    def told() -> tuple[str, str, list[str]]:
        digest = pipeline.get("search", f"/api/digests/{first.digest_id}")
        return digest["title"], digest["published_on"], [item["item_id"] for item in digest["items"]]

    title, day, items = told()
    assert (title, day, len(items)) == ("双碳周报第六期", "2026-02-06", ITEMS)
    (tmp_path / "2026-03-01.txt").write_bytes(text.translate(WIDTHS).replace("\n", "\r\n\u3000").encode("gb18030"))

    def fed(*options: str) -> dict[str, object]:
        done = jianbao(pipeline, "feed", str(tmp_path / "2026-03-01.txt"), "--source", "又一周报", "--json", *options)
        assert done.returncode == 0, done.stderr
        answer: dict[str, object] = json.loads(done.stdout)
        return answer

    again = fed()
    assert (again["duplicate_of"], again["revision"]) == (first.digest_id, first.revision)
    assert pipeline.items_by_digest() == before
    assert told() == (title, day, items)

    revised = fed("--title", "双碳周报第六期(更正)")
    assert "duplicate_of" not in revised
    pipeline.wait_searchable(Receipt(str(revised["digest_id"]), int(str(revised["revision"]))))
    assert pipeline.items_by_digest() == before
    assert told()[:2] == ("双碳周报第六期(更正)", day)


def test_a_digest_is_of_the_day_that_its_name_says_and_never_of_the_day_it_was_fed(pipeline: Pipeline) -> None:
    """An old issue stays old; one that nothing dates, but days without a year, deadlines and first days of rules, is 日期不详 and not new."""
    text = "昆山开工建设\n3月8日,昆山市零碳园区开工建设,自2026年3月1日起施行的办法要求2026年10月31日前建成。"
    old = pipeline.feed_until_taken(text, source="旧刊", file_name="旧刊2019-03-08.txt", title="旧刊")
    undated = pipeline.feed_until_taken(f"{text}下期再叙。", source="旧刊", external_id="第八期", title="旧刊")
    for receipt in (old, undated):
        pipeline.wait_searchable(receipt)
    hits = pipeline.get("search", "/api/search", source="旧刊", sort="date", facets="date")
    assert [(hit["digest_id"], hit["published_on"], hit["published_on_basis"]) for hit in hits["hits"]] == [
        (old.digest_id, "2019-03-08", "name"), (undated.digest_id, None, "received_at"),
    ]  # fmt: skip
    assert ([bucket["key"] for bucket in hits["dates"]["buckets"]], hits["dates"]["undated"]) == (["2019-03-08"], 1)
    assert pipeline.search("日期:近30天", source="旧刊") == []
    assert [hit["digest_id"] for hit in pipeline.search("日期:不详", source="旧刊")] == [undated.digest_id]


# GB18030 has all of Unicode; Big5 has neither most simplified characters nor emoji, so it has a digest of its own.
LINES = [line.strip() for line in SAMPLE.read_text("utf-8").splitlines() if line.strip()]

BIG5 = """本週要聞目錄
1.昆山:推動零碳園區建設
2.台北:公布碳費徵收辦法
3.百甲科技:獲碳足跡聲明
昆山:推動零碳園區建設
2月2日,昆山市人民政府印發優化營商環境行動方案,提出推動零碳園區與零碳工廠建設。
台北:公布碳費徵收辦法
2月3日,環境部門公布碳費徵收辦法,自下月起分階段徵收,首年費率另行公告。
百甲科技:獲碳足跡聲明
近日,百甲科技主要產品鋼結構獲得權威認證機構頒發的產品碳足跡核查聲明。"""

Told = tuple[str | None, tuple[str, ...], str]
"""An item's title, section path, and body without white space: readers differ in blank lines alone."""


def _text(charset: str, mark: bytes = b"") -> Callable[[list[str], Look], bytes]:
    return lambda lines, look: mark + "\n".join(lines).encode(charset)


FILES: dict[str, Callable[[list[str], Look], bytes]] = {
    "utf-8.txt": _text("utf-8", codecs.BOM_UTF8),
    "gb18030.txt": _text("gb18030"),
    "weekly.md": markdown,
    "weekly.html": html,
    "weekly.mhtml": mhtml,
    "weekly.docx": word,
    "weekly.pdf": pdf,
}
"""What the sample is made into, by the name it is fed under."""


def _wanted(text: str) -> list[Told]:
    return [_told(story.title, story.section_path, story.body) for story in split(read(text.encode(), media_type="text/plain")).stories]


def _told(title: str | None, path: tuple[str, ...] | list[str], body: str) -> Told:
    return title, tuple(path), "".join(body.split())


SOURCE = "各式周报"


def _fed(pipeline: Pipeline, *files: Path) -> dict[str, Receipt]:
    """By name, fed by one command, each under its name."""
    options = ("--source", SOURCE, "--id-from", "name", "--json")
    done = jianbao(pipeline, "feed", *map(str, files), *options)
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines()]
    return {Path(each["file"]).name: Receipt(each["digest_id"], each["revision"]) for each in said}


def _found(pipeline: Pipeline, word: str) -> dict[str, list[Told]]:
    """By digest, the items that search finds by a word that stands in each of them, in the digest's order."""
    hits = sorted(pipeline.search(word, source=SOURCE, size="100"), key=lambda hit: int(hit["ordinal"]))
    found: dict[str, list[Told]] = {}
    for hit in hits:
        item = pipeline.get("search", f"/api/items/{hit['item_id']}")
        found.setdefault(hit["digest_id"], []).append(_told(item["title"], item["section_path"], item["body"]))
    return found


def test_every_format_gives_the_same_items(pipeline: Pipeline, tmp_path: Path) -> None:
    """Fed as files of one source: nine titles, sections and bodies as from the text, each under a digest of its own."""
    wanted = _wanted("\n".join(LINES))
    assert len(wanted) == ITEMS
    look = Look([line for line in LINES if line.startswith(("01.", "02."))], [title for title, _, _ in wanted if title])
    for name, make in FILES.items():
        (tmp_path / name).write_bytes(make(LINES, look))
    (tmp_path / "big5.txt").write_bytes(BIG5.encode("big5"))
    receipts = _fed(pipeline, *(tmp_path / name for name in (*FILES, "big5.txt")))
    for receipt in receipts.values():
        pipeline.wait_searchable(receipt)
    assert len({receipt.digest_id for receipt in receipts.values()}) == len(FILES) + 1
    found = _found(pipeline, "碳")
    assert {name: found[receipts[name].digest_id] for name in FILES} == dict.fromkeys(FILES, wanted)
    assert found[receipts["big5.txt"].digest_id] == _wanted(BIG5)
    assert [title for title, _, _ in _wanted(BIG5)] == ["昆山:推動零碳園區建設", "台北:公布碳費徵收辦法", "百甲科技:獲碳足跡聲明"]


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
    with pytest.raises(httpx.HTTPStatusError) as refused:
        pipeline.get_bytes("search", f"/api/digests/{receipt.digest_id}/original")
    assert refused.value.response.json()["error"]["code"] == "original_erased"


def test_what_was_fed_is_listed_with_what_became_of_it(pipeline: Pipeline, tmp_path: Path) -> None:
    """By the command that feeds, which waits for it, and by the list; one of them is taken back, and its original with it."""
    text = "昆山:将新增零碳工厂10家\n2月3日,昆山市发布行动方案,提出年内新增零碳工厂10家。"
    contents = {"a.txt": text.encode("gb18030"), "b.pdf": b"%PDF-1.4\n" + bytes(200), "c.txt": f"{text}再叙。".encode()}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    done = jianbao(pipeline, "feed", *(str(tmp_path / name) for name in contents), "--source", "listed", "--wait", "--json")
    assert done.returncode == 1, done.stderr
    said = [one for line in done.stdout.splitlines() if "state" in (one := json.loads(line))]
    ended = {Path(one["file"]).name: one for one in said}
    assert [(name, one["state"], one.get("items")) for name, one in ended.items()] == [
        ("a.txt", "searchable", 1), ("b.pdf", "dead", None), ("c.txt", "searchable", 1),
    ]  # fmt: skip
    ids = {name: one["digest_id"] for name, one in ended.items()}
    assert ended["a.txt"]["page"] == f"{pipeline.url('search')}/digests/{ids['a.txt']}"
    for name in ("a.txt", "b.pdf"):
        original = f"/digests/{ids[name]}/original"
        assert pipeline.get_bytes("search", original, revision=str(ended[name]["revision"])) == contents[name]

    done = jianbao(pipeline, "withdraw", ids["c.txt"], "--reason", "发布方撤稿", "--wait")
    assert done.returncode == 0, done.stderr
    answer = pipeline.get("search", "/api/digests", source="listed")
    assert {row["digest_id"]: row["state"] for row in answer["digests"]} == {
        ids["a.txt"]: "searchable", ids["b.pdf"]: "dead", ids["c.txt"]: "withdrawn",
    }  # fmt: skip
    (dead,) = pipeline.get("search", "/api/digests", source="listed", state="dead")["digests"]
    assert (dead["file_name"], bool(dead["letter"]), bool(dead["reason"])) == ("b.pdf", True, True)
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        pipeline.get_bytes("search", f"/digests/{ids['c.txt']}/original")
