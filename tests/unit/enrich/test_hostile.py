"""Hostile digests, each in a process of its own: a refusal in plain words or a whole item, within 10 s and 500 MB."""

import json
import random
import subprocess
import sys
from collections.abc import Callable
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
PATIENCE = 6.0
"""Times the seconds on a machine that does other work too; what is meant is processor time, which is measured."""

_CHILD = """
import json, resource, sys
from datetime import UTC, datetime
from services.enrich.enrich import enrich
from shared.errors import Rejected
from shared.records import RawDigest
data = open(sys.argv[1], "rb").read()
now = datetime(2026, 2, 8, tzinfo=UTC)
raw = RawDigest(digest_id="0" * 32, source="t", media_type=sys.argv[2], received_at=now, sha256="", revision=1)
try:
    answer = len(enrich(raw, data, enriched_at=now).items)
except Rejected as refused:
    answer = refused.kind
used = resource.getrusage(resource.RUSAGE_SELF)
if sys.platform == "darwin":
    peak = used.ru_maxrss / 2**20
else:  # Linux's ru_maxrss begins at the peak of the process that started this one; VmHWM counts this program alone.
    peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 2**10
print(json.dumps([answer, used.ru_utime + used.ru_stime, peak]))
"""

_NOISE = random.Random(6).randbytes(1_000_000)

CASES: dict[str, tuple[MediaType, Callable[[], bytes], object]] = {
    "5 MB in one line": ("text/plain", lambda: b"word " * 1_000_000, 1),
    "5 MB of Chinese in one line": ("text/plain", lambda: ("昆山新增工厂十家。" * 190_000).encode(), 1),
    "5 MB of per cents": ("text/plain", lambda: "5%、".encode() * 1_000_000, 1),
    "5 MB of names of places": ("text/plain", lambda: "昆山、".encode() * 555_000, 1),
    "5 MB in one line of Markdown": ("text/markdown", lambda: b"**a**[b](http://c) " * 250_000, 1),
    "5 MB in one line of HTML": ("text/html", lambda: ("<p>" + "昆山新增工厂十家。" * 190_000).encode(), 1),
    "100,000 nested tags": ("text/html", lambda: b"<div>" * 100_000 + "新闻".encode(), 1),
    "100,000 nested inline tags": ("text/html", lambda: b"<p><b>" * 100_000 + "新闻".encode(), 1),
    "100,000 nested quotes": ("text/markdown", lambda: b">" * 100_000 + b"a", 1),
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
    "empty": ("text/plain", lambda: b"", "empty"),
    "only emoji": ("text/plain", lambda: "🟡▶🔹😀".encode() * 300_000, 1),
    "random bytes as text": ("text/plain", lambda: _NOISE, "undecodable"),
    "random bytes as HTML": ("text/html", lambda: _NOISE, "undecodable"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows counts no memory of a process this way")
@pytest.mark.parametrize("name", CASES)
def test_hostile_digests_cost_little(name: str, tmp_path: Path) -> None:
    """Time and memory are those of a fresh process, starting included."""
    media_type, make, expected = CASES[name]
    path = tmp_path / "digest"
    path.write_bytes(make())
    done = subprocess.run([sys.executable, "-c", _CHILD, str(path), media_type], capture_output=True, timeout=PATIENCE * SECONDS, check=True)
    answer, seconds, megabytes = json.loads(done.stdout)
    assert answer == expected
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
