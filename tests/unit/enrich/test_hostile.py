"""Hostile digests, each in a process of its own: a refusal in plain words or a whole item, within 10 s and 500 MB."""

import io
import json
import random
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.enrich.readers import read
from shared.errors import Rejected
from shared.records import BINARY_TYPES, DOCX, MEDIA_TYPES, MHTML, PDF, MediaType
from tests.sizes import examples
from tests.unit.enrich.renderings import RENDERINGS, Look

EXAMPLES = examples(short=60, long=2000)
SECONDS, MEGABYTES = 10, 500
PATIENCE = 6
"""Times the seconds on a machine that does other work too; what is meant is processor time, which is measured."""

_NURSERY = """
import json, os, resource, signal, sys
from datetime import UTC, datetime
from services.enrich.enrich import enrich
from services.enrich.stream.child import WARM_UP
from shared.errors import Rejected
from shared.records import RawDigest

now = datetime(2026, 2, 8, tzinfo=UTC)

def enriched(data, media_type):
    raw = RawDigest(digest_id="0" * 32, source="t", media_type=media_type, received_at=now, sha256="", revision=1)
    try:
        digest = enrich(raw, data, enriched_at=now)
        if digest.quarantine:  # a person may release it
            digest = enrich(raw.model_copy(update={"released": True}), data, enriched_at=now)
        return len(digest.items)
    except Rejected as refused:
        return refused.kind

def seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

enriched(WARM_UP.encode(), "text/plain")
starting = seconds()
for line in sys.stdin:
    path, media_type, patience = json.loads(line)
    if child := os.fork():
        if status := os.waitpid(child, 0)[1]:
            print(json.dumps([f"ended with {status}", 0, 0]), flush=True)
        continue
    signal.alarm(patience)
    answer = enriched(open(path, "rb").read(), media_type)
    if sys.platform == "darwin":
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    else:  # Linux's ru_maxrss begins at the peak of the process that started this one; VmHWM begins at what it holds.
        peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 2**10
    print(json.dumps([answer, starting + seconds(), peak]), flush=True)
    os._exit(0)
"""
"""Paths in, a line of what each came to out: each from a child that is forked with all imported and warm, as the worker's pool does it"""

_NOISE = random.Random(6).randbytes(1_000_000)


def word(body: str, *, charset: str = "utf-8") -> bytes:
    """A Word file of that body, whatever it is."""
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    whole = f'<?xml version="1.0" encoding="{charset}"?><w:document {namespace}><w:body>{body}</w:body></w:document>'
    there, packed = zipfile.ZipFile(io.BytesIO(_WHOLE[DOCX])), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in there.namelist():
            archive.writestr(name, whole.encode(charset) if name == "word/document.xml" else there.read(name))
    return packed.getvalue()


@cache
def _drawing() -> bytes:
    return zlib.compress(b"0 0 m 1 1 l S\n" * 21_000_000, 9)


def drawn(said: bytes, *, between: bytes = b"\n") -> bytes:
    """A PDF of one page that is drawn with 300 MB, packed as is said."""
    packed = _drawing()
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    stream = b"<<%s/Length %d>>%sstream\n%s\nendstream" % (said, len(packed), between, packed)
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream]
    return b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % each for each in enumerate(objects, 1)) + b"trailer<</Root 1 0 R>>"


_TEXT = "<w:p><w:r><w:t>新闻</w:t></w:r></w:p>"
_HEAD = b"Content-Type: multipart/related; boundary=b\n\n"

CASES: dict[str, tuple[MediaType, Callable[[], bytes], object]] = {
    "5 MB in one line": ("text/plain", lambda: b"word " * 1_000_000, 100),
    "5 MB of Chinese in one line": ("text/plain", lambda: ("昆山新增工厂十家。" * 190_000).encode(), 44),
    "5 MB of per cents": ("text/plain", lambda: "5%、".encode() * 1_000_000, 61),
    "5 MB of names of places": ("text/plain", lambda: "昆山、".encode() * 555_000, 46),
    "5 MB in one line of Markdown": ("text/markdown", lambda: b"**a**[b](http://c) " * 250_000, 96),
    "5 MB in one line of HTML": ("text/html", lambda: ("<p>" + "昆山新增工厂十家。" * 190_000).encode(), 44),
    "100,000 nested tags": ("text/html", lambda: b"<div>" * 100_000 + "新闻".encode(), 1),
    "100,000 nested inline tags": ("text/html", lambda: b"<p><b>" * 100_000 + "新闻".encode(), 1),
    "100,000 nested quotes": ("text/markdown", lambda: b">" * 100_000 + b"a", 3),
    "a list nested 1,300 deep": ("text/markdown", lambda: b"".join(b" " * (2 * depth) + b"- a\n" for depth in range(1300)), 1),
    "300,000 numbers": ("text/markdown", lambda: b"1.\n" * 300_000, "too_large"),
    "200,000 rows": ("text/html", lambda: b"<table>" + b"<tr><td>a<td>b" * 200_000, "too_large"),
    "no PDF": (PDF, lambda: b"%PDF-1.7\n" + _NOISE, "undecodable"),
    "no DOCX": (DOCX, lambda: b"PK\x03\x04" + _NOISE, "undecodable"),
    "messages within messages": (
        MHTML,
        lambda: b"Content-Type: multipart/related; boundary=b\n\n--b\n" + b"Content-Type: message/rfc822\n\n" * 20_000,
        "too_deep",
    ),
    "2,000,000 paragraphs of Word, packed in 18 kB": (DOCX, lambda: word("<w:p/>" * 2_000_000), "too_large"),
    "1,000,000 in UTF-16": (DOCX, lambda: word("<w:p/>" * 1_000_000, charset="utf-16"), "too_large"),
    "90,000 paragraphs joined by deletions": (DOCX, lambda: word("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r/></w:p>" * 90_000 + _TEXT), 1),
    "80 tables within each other": (DOCX, lambda: word("<w:tbl><w:tr><w:tc>" * 80 + _TEXT * 40_000 + "</w:tc></w:tr></w:tbl>" * 80), None),
    "6 MB of boundaries": (MHTML, lambda: _HEAD + b"--b\n" * 1_500_000, "too_large"),
    "6 MB of fields": (MHTML, lambda: _HEAD + b"--b\n" + b"a:\n" * 2_000_000, "too_large"),
    "150 boundaries for each line": (
        MHTML,
        lambda: b"".join(_HEAD.replace(b"=b", b"=b%d" % each) + b"--b%d\n" % each for each in range(150)) + b"\nx" * 400_000,
        "too_large",
    ),
    "a page of 300 MB": (PDF, lambda: drawn(b"/Filter/#46lateDecode"), "too_large"),
    "a page that calls itself a picture": (PDF, lambda: drawn(b"/Subtype /Image/Filter/FlateDecode"), "no_text"),
    "a page behind a comment": (PDF, lambda: drawn(b"/Filter/FlateDecode", between=b"%" + b"x" * 1200 + b"\n"), "too_large"),
    "900,000 attributes": ("text/html", lambda: b"<p " + b" ".join(b"a%d" % each for each in range(900_000)) + ">新闻".encode(), 1),
    "50,000 nested tags with tags in their values": ("text/html", lambda: b'<div x="</div>">' * 50_000 + "新闻".encode(), 1),
    "50,000 nested tags of other names": ("text/html", lambda: b"<a-very-long-name-of-a-tag>" * 50_000 + "新闻".encode(), 1),
    "900 kinds of bold in 20,000 paragraphs": (
        "text/html",
        lambda: b"<p>" + b"".join(b"<b id=%d>" % each for each in range(900)) + b"</p><p>x</p>" * 20_000,
        "too_large",
    ),
    "90,000 rows in 250 tables": ("text/html", lambda: b"<table><tr><td>" * 250 + b"<table>" + b"<tr><td>a<td>b" * 90_000, 4),
    "500,000 options": ("text/html", lambda: "<p>新闻<select>".encode() + b"<option>x" * 500_000, 1),
    "2,600,000 tags": ("text/html", lambda: b"<p>" * 2_600_000 + b"x", "too_large"),
    "750,000 brackets": ("text/markdown", lambda: (b"[" * 150_000 + b"\n") * 5, 15),
    "3,000,000 stars": ("text/markdown", lambda: (b"*a **a " * 25_000 + b"\n") * 40, None),
    "empty": ("text/plain", lambda: b"", "empty"),
    "only emoji": ("text/plain", lambda: "🟡▶🔹😀".encode() * 300_000, 24),
    "random bytes as text": ("text/plain", lambda: _NOISE, "undecodable"),
    "random bytes as HTML": ("text/html", lambda: _NOISE, "undecodable"),
}


@pytest.fixture(scope="module")
def nursery() -> Iterator[subprocess.Popen[str]]:
    """What gives birth to a process for each digest."""
    with subprocess.Popen([sys.executable, "-c", _NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        yield started


@pytest.mark.skipif(sys.platform == "win32", reason="Windows counts no memory of a process this way")
@pytest.mark.parametrize("name", CASES)
def test_hostile_digests_cost_little(name: str, nursery: subprocess.Popen[str], tmp_path: Path) -> None:
    """Time and memory are those of a process of the digest's own, starting included."""
    media_type, make, expected = CASES[name]
    path = tmp_path / "digest"
    path.write_bytes(make())
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    print(json.dumps([str(path), media_type, PATIENCE * SECONDS]), file=nursery.stdin, flush=True)
    answer, seconds, megabytes = json.loads(nursery.stdout.readline())
    path.unlink()
    assert answer == expected or (expected is None and answer)
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=2000),
    st.sampled_from(MEDIA_TYPES),
    st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n"]),
)
def test_random_bytes_are_read_or_refused(data: bytes, media_type: MediaType, start: bytes) -> None:
    """Nothing else is raised."""
    try:
        assert read(start + data, media_type=media_type).blocks
    except Rejected as refused:
        assert refused.message  # noqa: PT017  # the property is of both outcomes


_WHOLE = {media_type: make(["第一条", "正文。"], Look(["第一条"])) for make, media_type in RENDERINGS.values() if media_type in BINARY_TYPES}


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damaged_files_are_read_or_refused(data: st.DataObject) -> None:
    """A true file with bytes lost, doubled or changed."""
    media_type = data.draw(st.sampled_from(BINARY_TYPES))
    whole = _WHOLE[media_type]
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 300)))
    damaged = whole[:start] + data.draw(st.binary(max_size=40)) + whole[end:]
    try:
        assert read(damaged, media_type=media_type).blocks
    except Rejected as refused:
        assert refused.message  # noqa: PT017  # the property is of both outcomes
