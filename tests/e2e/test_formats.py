"""One digest in every format and charset that people send: the same items are found, whatever they stood in."""

import codecs
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from services.enrich.readers import read
from services.enrich.split.split import split
from tests.command import jianbao
from tests.pipeline import Pipeline, Receipt
from tests.unit.enrich.renderings import Look, html, markdown, mhtml, pdf, word
from tests.variants import ITEMS, SAMPLE

pytestmark = pytest.mark.connected

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


def _fed(pipeline: Pipeline, file: Path, source: str) -> Receipt:
    done = jianbao(pipeline, "feed", str(file), "--source", source, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    return Receipt(said["digest_id"], said["revision"])


def _found(pipeline: Pipeline, word: str, source: str) -> list[Told]:
    """The items of a source that search finds by a word that stands in each of them, in the digest's order."""
    hits = sorted(pipeline.search(word, source=source, size="100"), key=lambda hit: int(hit["ordinal"]))
    items = [pipeline.get("search", f"/api/items/{hit['item_id']}") for hit in hits]
    return [_told(item["title"], item["section_path"], item["body"]) for item in items]


def test_every_format_gives_the_same_items(pipeline: Pipeline, tmp_path: Path) -> None:
    """Fed as files under a source each: nine titles, sections and bodies as from the text, each under a digest of its own."""
    wanted = _wanted("\n".join(LINES))
    assert len(wanted) == ITEMS
    look = Look([line for line in LINES if line.startswith(("01.", "02."))], [title for title, _, _ in wanted if title])
    receipts: dict[str, Receipt] = {}
    for name, make in FILES.items():
        (tmp_path / name).write_bytes(make(LINES, look))
        receipts[name] = _fed(pipeline, tmp_path / name, name.replace(".", "-"))
    (tmp_path / "big5.txt").write_bytes(BIG5.encode("big5"))
    receipts["big5.txt"] = _fed(pipeline, tmp_path / "big5.txt", "big5-txt")
    for receipt in receipts.values():
        pipeline.wait_searchable(receipt)
    assert len({receipt.digest_id for receipt in receipts.values()}) == len(FILES) + 1
    assert {name: _found(pipeline, "碳", name.replace(".", "-")) for name in FILES} == dict.fromkeys(FILES, wanted)
    assert _found(pipeline, "碳", "big5-txt") == _wanted(BIG5)
    assert [title for title, _, _ in _wanted(BIG5)] == ["昆山:推動零碳園區建設", "台北:公布碳費徵收辦法", "百甲科技:獲碳足跡聲明"]
