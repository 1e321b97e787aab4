"""Whatever is asked is answered soon, and what can't be answered in the one shape of errors: random queries to the app on a real Elasticsearch.

JIANBAO_TEST_EXAMPLES makes it look longer.
"""

import time
from collections.abc import Iterator
from urllib.parse import quote, quote_from_bytes

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from tests.engines import RunningEngines
from tests.integration.search.conftest import Site
from tests.integration.search.library import Library, opened
from tests.sizes import examples

pytestmark = pytest.mark.connected

EXAMPLES = examples(short=80, long=20_000)
SECONDS = 10.0
"""As long as a search may take at all; nothing that is typed may come near it."""
LONGEST = 60_000
"""Characters of a url: the server, and the client of these tests, take none that is longer."""

WORDS = (
    *(
        "昆山",
        "零碳工厂",
        "碳",
        "GB/T 32151.1",
        "ISO 14064-1",
        "25万千瓦",
        "CO₂",
        "二氧化碳",
        "發改委",
        "国家能源局",
        "《零碳园区建设方案》",
        "kunshan",
        "ks",
    ),
    *(
        "上周",
        "今年",
        "2026-01",
        "2026-02-30",
        "2026Q1",
        "9999999999",
        "10GW",
        "-1",
        "0",
        "30%",
        "１２",
        "two",
        "İ",
        "ﬀ",
        "ß",
        "Å",
        "한국",
        "日本",
        "العربية",
    ),
)
MARKS = (
    *(
        '"',
        "“",
        "”",
        "「",
        "」",
        "『",
        "』",
        "＂",
        "'",
        "(",
        ")",
        "（",
        "）",
        "[",
        "]",
        "{",
        "}",
        "<",
        ">",
        "《",
        "》",
        "-",
        "－",
        "+",
        "~",
        "～",
        "*",
        "?",
    ),
    *("？", ":", "：", "..", "/", "\\", "|", "||", "&&", "!", "=", ">=", "<=", "@", ",", "，", "^", "^2", " ", "　", "\n", "\t"),
    *("OR", "AND", "NOT", "TO", "或", "且", "非", " OR ", " AND ", " NOT ", "~5", "~0", "~99999999", "~-1", "_exists_:", "*:*"),
)
FIELDS = (
    *("region", "地区", "agency", "机关", "company", "企业", "document", "文件", "topic", "主题", "title", "标题", "body", "正文", "after", "before"),
    *("date", "日期", "target", "目标", "source", "来源", "level", "doc_type", "section", "about", "nosuch", "_id", "_source", "body.chars"),
)
ODD = (
    *(
        "\x00",
        "\x07",
        "\x1b[31m",
        "\x7f",
        "\u200b",
        "\u202e",
        "\ufeff",
        "\ufffd",
        "\uffff",
        "\U0010ffff",
        "\u0301",
        "👩\u200d👧",
        "👍🏽",
        "🇨🇳",
        "𠮷",
        "\u2028",
    ),
    *(
        "${jndi:ldap://x}",
        "<script>",
        "'; DROP",
        "../..",
        "%00",
        "%s",
        "{{7*7}}",
        "a" * 300,
        "碳" * 300,
        "(" * 60,
        ")" * 60,
        '"' * 61,
        "-" * 99,
        "*" * 40,
    ),
)

piece = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(MARKS),
    st.builds(lambda field, colon, value: f"{field}{colon}{value}", st.sampled_from(FIELDS), st.sampled_from(":：>="), st.sampled_from((*WORDS, ""))),
    st.sampled_from(ODD),
    st.text(max_size=8),
)
query = st.one_of(
    st.lists(piece, max_size=14).map("".join),
    st.lists(piece, max_size=14).map(" ".join),
    st.lists(st.sampled_from((*WORDS, *MARKS)), min_size=40, max_size=150).map("".join),
    st.text(max_size=60),
)
# Lone halves of pairs, and bytes that are no UTF-8 at all, as a url can hold them.
encoded = st.one_of(
    query.map(lambda text: quote(text, safe="", errors="surrogatepass")),
    query.map(lambda text: quote(text, safe="", errors="surrogatepass") + "%ED%A0%80"),
    st.binary(max_size=12).map(quote_from_bytes),
)

NAMES = (
    *("section", "about", "region", "agency", "company", "document", "topic", "doc_type", "level", "source", "date_from", "date_to", "sort", "size"),
    *("cursor", "facets", "synonyms", "relax", "fold", "exclude", "not_region", "exclude_region", "target", "unknown"),
)
VALUES = (
    "",
    "0",
    "-1",
    "1",
    "100",
    "101",
    "x",
    "date",
    "relevance",
    "2026-02-01",
    "2026-13-01",
    "0000-00-00",
    "320583",
    "none",
    "all",
    "true",
    "null",
)
parameter = st.tuples(st.sampled_from(NAMES), st.one_of(st.sampled_from(VALUES).map(quote), encoded))
PATHS = ("/api/search", "/search", "/api/suggest", "/api/facets", "/api/facets/agency", "/api/facets/nosuch")


async def _get(site: Site, url: str) -> tuple[int, str, dict[str, object]]:
    answer = await site.client.get(url)
    kind = answer.headers.get("content-type", "")
    return answer.status_code, kind, answer.json() if kind.startswith("application/json") else {}


@pytest.fixture(scope="module")
def library(engines: RunningEngines) -> Iterator[Library]:
    """All the digests that there are."""
    with opened(engines.elasticsearch_url) as found:
        yield found


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.sampled_from(PATHS), encoded, st.lists(parameter, max_size=3))
def test_whatever_is_asked_is_answered(library: Library, path: str, q: str, parameters: list[tuple[str, str]]) -> None:
    """No 500, no 503, nothing slow; errors have the one shape."""
    url = f"{path}?q={q}" + "".join(f"&{name}={value}" for name, value in parameters)
    assume(len(url) < LONGEST)
    note(url)
    began = time.monotonic()
    status, kind, body = library.ask(lambda site: _get(site, url))
    assert time.monotonic() - began < SECONDS
    assert status in (200, 400, 404, 410, 422), body or status
    if path.startswith("/api") and status != 200:
        assert kind.startswith("application/json")
        error = body["error"]
        assert isinstance(error, dict)
        assert {"code", "message", "status"} <= set(error)
        assert error["status"] == status
        assert error["message"]
