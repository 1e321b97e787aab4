"""A file of synonyms that somebody edits while searches go on."""

import os
from pathlib import Path

import pytest

from services.search.query.synonym_file import MAX_BYTES, SynonymFile


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


async def _said(file: SynonymFile, text: str) -> tuple[str, ...]:
    return (await file.current()).alternatives(text)


async def test_without_a_file_the_packaged_groups_count() -> None:
    """Nothing is looked for."""
    file = SynonymFile()
    assert await _said(file, "CCER") == ("国家核证自愿减排量", "核证自愿减排量")
    assert file.problems == ()


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("宁王", {"宁德时代", "CATL", "宁德时代新能源科技股份有限公司"}),
        ("LONGi", {"隆基绿能", "隆基股份", "隆基绿能科技股份有限公司"}),
        ("MIIT", {"工信部", "工业和信息化部"}),
        ("央行降准", {"人民银行降准", "中国人民银行降准", "中国央行降准", "PBOC降准"}),
        ("三部委", {"三部门"}),
        ("苹果", {"苹果公司", "Apple"}),
        ("Apple", {"苹果公司"}),
        ("宁德", set()),
    ],
)
async def test_names_of_the_tables_count_for_words(text: str, others: set[str]) -> None:
    """All of a body's or firm's; but what is short and an ordinary word says a firm's name to those alone who typed it."""
    assert set(await _said(SynonymFile(), text)) == others


async def test_a_change_counts_when_it_is_looked_at_again(tmp_path: Path) -> None:
    """Not before, and without a restart; a longer, a shorter and another file of the same length."""
    clock, path = Clock(), tmp_path / "synonyms.txt"
    path.write_text("零碳园 = 甲\n零碳园 = 乙乙", encoding="utf-8")
    file = SynonymFile(path, clock=clock, every=2.0)
    assert await _said(file, "零碳园") == ("乙乙",)
    assert [str(problem) for problem in file.problems] == ["第 1 行: “甲”只有一个字,会替换得太多"]
    path.write_text("零碳园 = 近零园\n", encoding="utf-8")
    clock.now += 1.9
    assert await _said(file, "零碳园") == ("乙乙",)
    clock.now += 0.1
    assert await _said(file, "零碳园") == ("近零园",)
    assert file.problems == ()
    beside = tmp_path / "new.txt"
    beside.write_text("零碳园 = 近零区\n", encoding="utf-8")
    beside.replace(path)
    clock.now += 2
    assert await _said(file, "零碳园") == ("近零区",)


async def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    """One look is a stat."""
    clock, path = Clock(), tmp_path / "synonyms.txt"
    path.write_text("零碳园 = 近零园", encoding="utf-8")
    file = SynonymFile(path, clock=clock)
    first = await file.current()
    clock.now += 60
    assert await file.current() is first


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "读不到同义词文件(No such file or directory),仍用原来的词组"),
        ("零碳园 = 近零园".encode("gb18030"), "同义词文件不是 UTF-8(第 0 字节),仍用原来的词组"),
        (b"#" * (MAX_BYTES + 1), "同义词文件超过 1 MB,仍用原来的词组"),
    ],
    ids=["vanished", "not UTF-8", "too long"],
)
async def test_a_broken_file_leaves_what_was(tmp_path: Path, content: bytes | None, problem: str) -> None:
    """And says so, until it is whole again, be it as it was before."""
    clock, path = Clock(), tmp_path / "synonyms.txt"
    good = "零碳园 = 近零园".encode()
    path.write_bytes(good)
    stamp = path.stat().st_mtime_ns
    file = SynonymFile(path, clock=clock)
    await file.current()
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    clock.now += 60
    assert await _said(file, "零碳园") == ("近零园",)
    assert [str(found) for found in file.problems] == [problem]
    path.write_bytes(good)
    os.utime(path, ns=(stamp, stamp))
    clock.now += 60
    assert await _said(file, "零碳园") == ("近零园",)
    assert file.problems == ()


async def test_a_file_that_never_was(tmp_path: Path) -> None:
    """The packaged groups count; once it is there, so does it. A folder in its place is no file."""
    clock, path = Clock(), tmp_path / "synonyms.txt"
    file = SynonymFile(path, clock=clock)
    assert await _said(file, "双碳") != ()
    assert len(file.problems) == 1
    path.mkdir()
    clock.now += 60
    assert await _said(file, "双碳") != ()
    assert "读不到同义词文件" in file.problems[0].message
    path.rmdir()
    path.write_text("\ufeff!双碳", encoding="utf-8")
    clock.now += 60
    assert await _said(file, "双碳") == ()
    assert not file.problems
