"""What the scorer of targets reads and counts."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from scripts import targets_score
from scripts.real_items import identity

DIGEST = "# 要闻\n\n## 昆山\n昆山市计划到2027年建成零碳工厂20家。\n\n## 常州\n常州市已建成零碳工厂10家。\n".encode()
KUNSHAN, CHANGZHOU = ("昆山", "昆山市计划到2027年建成零碳工厂20家。"), ("常州", "常州市已建成零碳工厂10家。")


def line(item: tuple[str, str], start: int, *, target: bool, digest: bytes = DIGEST) -> dict[str, object]:
    """A judgement of the quantity that begins there."""
    sha256 = hashlib.sha256(digest).hexdigest()[:16]
    return {
        "set": "one", "archive": "weekly", "file": "weekly/1.md", "sha256": sha256, "item": identity(*item),
        "field": "body", "start": start, "end": start + 3, "target": target, "reason": "plan", "drawn": ["before"],
    }  # fmt: skip


def test_precision_and_recall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what the product lists; a digest that has changed is left out, a quantity that is none any more has no verdict."""
    lines = [
        line(KUNSHAN, 17, target=True),
        line(CHANGZHOU, 10, target=True),
        line(CHANGZHOU, 3, target=False),
        line(KUNSHAN, 17, target=True, digest=b"other"),
    ]
    (tmp_path / "real.jsonl").write_text("\n".join(json.dumps(one) for one in lines), "utf-8")
    monkeypatch.setattr(targets_score, "JUDGED", tmp_path / "real.jsonl")
    with tarfile.open(tmp_path / "weekly.tar.gz", "w:gz") as packed:
        entry = tarfile.TarInfo("weekly/1.md")
        entry.size = len(DIGEST)
        packed.addfile(entry, io.BytesIO(DIGEST))
    found = list(targets_score.judged(tmp_path))
    assert [one.given for one in found] == [True, False, None]
    assert targets_score.figures(found[:2]).split() == ["2", "1.000", "1", "1.000", "0.500"]
    assert targets_score.figures([]).split() == ["0", "0.000", "0", "-", "-"]


def test_judgements_hold_no_text() -> None:
    """Only where a quantity stands, and what was decided in the judge's own words."""
    rows = targets_score.rows()
    keys = {"set", "archive", "file", "sha256", "item", "field", "start", "end", "target", "reason", "drawn"}
    assert all(set(row) == keys for row in rows)
    assert all(str(row["reason"]).isascii() for row in rows)
    assert {part: sum(row["set"] == part for row in rows) for part in ("one", "two", "three", "four")} == {
        "one": 299, "two": 300, "three": 67, "four": 61,
    }  # fmt: skip
