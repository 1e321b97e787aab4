"""The sample digest and some hostile ones, enriched by hand → indexed, for the tests of search.

Made by the indexer's own document.py from EnrichedDigest, so that search is tested on documents of the true form; entities are found by their
text, so that their offsets hold.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from elasticsearch import AsyncElasticsearch

from services.index import document, indices
from shared import index_names as names
from shared.ids import digest_id, item_ids
from shared.records import EnrichedDigest, Entity, Item, Other, QuantityValue, Topic
from tests.variants import SAMPLE

RECEIVED = datetime(2026, 2, 6, 1, 0, tzinfo=UTC)

REGIONS: dict[str, tuple[str, Sequence[str]]] = {
    "昆山": ("320583", ("江苏省", "苏州市", "昆山市")),
    "常州": ("320400", ("江苏省", "常州市")),
    "甘肃": ("620000", ("甘肃省",)),
    "杭州": ("330100", ("浙江省", "杭州市")),
    "乐山": ("511100", ("四川省", "乐山市")),
}
AGENCIES = ("昆山市人民政府", "常州市人民政府", "甘肃省能源局", "甘肃省发展和改革委员会", "乐山市自然资源和规划局", "杭州市生态环境局")
COMPANIES = ("苏州炘隆超净科技有限公司", "徐州中煤百甲重钢科技股份有限公司")
TOPICS = {"零碳工厂": "零碳园区与工厂", "碳足迹": "产品碳足迹", "核查": "核算核查"}


def _entities(field: str, text: str) -> list[Entity]:
    found = []
    for name, (code, path) in REGIONS.items():
        found += _each("region", field, text, name, code, {"name": path[-1], "path": list(path), "codes": _codes(code, len(path))})
    for kind, words in (("agency", AGENCIES), ("company", COMPANIES)):
        for word in words:
            found += _each(kind, field, text, word, word, None)
    if (at := text.find("10家")) >= 0:
        value = QuantityValue(indicator="(近)零碳工厂", op=">=", number=10, unit="家")
        facts = {"target": True, "direction": "up", "deadline": "2026", "by": "昆山市人民政府"}
        found.append(_entity("quantity", field, text, at, at + 3, value, facts))
    for at, character in enumerate(text):
        if character == "《" and "》" in text[at:]:
            name = text[at + 1 : text.index("》", at)]
            found.append(_entity("document", field, text, at + 1, at + 1 + len(name), name, None))
    return found


def _codes(code: str, depth: int) -> list[str]:
    above = [code[:2] + "0000", code[:4] + "00"]
    return [*above[: depth - 1], code]


def _each(kind: str, field: str, text: str, word: str, value: str, canonical: dict[str, Any] | None) -> list[Entity]:
    at, found = text.find(word), []
    while at >= 0:
        found.append(_entity(kind, field, text, at, at + len(word), value, canonical))
        at = text.find(word, at + 1)
    return found


def _entity(kind: str, field: str, text: str, start: int, end: int, value: str | QuantityValue, canonical: dict[str, Any] | None) -> Entity:
    return Entity.model_validate(
        {"type": kind, "text": text[start:end], "field": field, "start": start, "end": end, "value": value, "canonical": canonical}
    )


def digest(
    stories: Sequence[tuple[str | None, str, str]],
    *,
    source: str = "shuangtan-weekly",
    name: str = "sample",
    title: str | None = "本周双碳要闻",
    revision: int = 1_770_339_600_000,
    **facts: Any,
) -> EnrichedDigest:
    """A digest of (title, section, body) stories."""
    identity = digest_id(source, external_id=name, content="")
    ids = item_ids(identity, [(headline, body) for headline, _, body in stories])
    items = []
    for at, (headline, section, body) in enumerate(stories):
        topics = tuple(Topic(name=topic) for word, topic in TOPICS.items() if word in f"{headline}{body}")
        items.append(
            Item(
                item_id=ids[at],
                ordinal=at + 1,
                number=str(at + 1),
                title=headline,
                headline=headline or body[:30],
                section=section,
                section_path=(section,),
                body=body,
                doc_type="政策" if "印发" in body else "动态",
                level="县" if "昆山市人民政府" in body else None,
                about_regions=tuple(code for name, (code, _) in REGIONS.items() if (headline or "").startswith(name)),
                topics=topics,
                entities=tuple([*_entities("title", headline or ""), *_entities("body", body)]),
            )
        )
    given = {
        "digest_id": identity,
        "source": source,
        "media_type": "text/plain",
        "revision": revision,
        "build": 1,
        "external_id": name,
        "title": title,
        "url": "https://example.org/weekly/6",
        "published_on": "2026-02-06",
        "published_on_basis": "given",
        "received_at": RECEIVED,
        "enriched_at": RECEIVED,
        "items": items,
        "sections": list(dict.fromkeys(section for _, section, _ in stories)),
        "contents": [headline for headline, _, _ in stories if headline],
    }
    return EnrichedDigest.model_validate(given | facts)


NOTICE = "免责声明:本资料整理自公开渠道,仅供会员参考,不构成任何建议。"
"""Stands in no item of the sample."""


def sample() -> EnrichedDigest:
    """The sample digest with its nine stories."""
    lines = SAMPLE.read_text("utf-8").splitlines()
    titles = {line.split(".", 1)[1] for line in lines[1:10]}
    stories: list[tuple[str | None, str, list[str]]] = []
    section = ""
    for line in lines[10:]:
        if line[:3] in ("01.", "02."):
            section = line[4:]
        elif line in titles:
            stories.append((line, section, []))
        elif line:
            stories[-1][2].append(line)
    others = (
        Other(kind="contents", text="\n".join(["本期目录", *(title or "" for title, _, _ in stories)]), start=0, end=200),
        Other(kind="disclaimer", text=NOTICE, start=9000, end=9000 + len(NOTICE), after=len(stories)),
    )
    return digest([(title, section, "\n".join(body)) for title, section, body in stories], others=others, share=0.91)


HOSTILE = digest(
    [
        ('<script>alert("标题")</script>零碳&工厂', "其他<b>栏目</b>", '正文<img src=x onerror="alert(1)">也有零碳工厂。<em>不是高亮</em>'),
        (None, "其他<b>栏目</b>", "无题短讯:执行GB/T 32151.1—2015与ISO 14064-1标准,氢能Ａ级项目容量２５万千瓦。"),
    ],
    source="hostile",
    name="hostile",
    title='"><script>alert(1)</script>',
    url="javascript:alert(1)",
    published_on="2026-01-15",
    others=[{"kind": "rest", "text": "</p><script>alert(1)</script>仅供会员\n  第二行", "start": 3, "after": 1}],
    share=0.5,
    warnings=[{"kind": "contents_missing", "message": "目录第 3 条没有正文<script>"}],
    confidence=0.4,
)

WITHDRAWN = digest([], name="withdrawn", withdrawn=True, title="已撤回的简报")


BULK_LINES = 2_000
"""Of a request, an even number: each document has a line before it. Some MB."""


async def fill(elastic: AsyncElasticsearch, namespace: str, *digests: EnrichedDigest) -> None:
    """Create the indices and put the digests in, searchable at once."""
    await indices.ensure(elastic, namespace=namespace)
    items, manifests = names.alias(namespace, "items"), names.alias(namespace, "digests")
    lines: list[Any] = []
    for one in digests:
        documents = document.read(one.to_json())
        lines += [{"index": {"_index": manifests, "_id": documents.digest_id}}, {**documents.manifest, "to_delete": []}]
        for item_id, source in documents.items.items():
            lines += [{"index": {"_index": items, "_id": item_id}}, source]
    # Made searchable in the end: a refresh for each of hundreds of digests took longer than all else.
    for start in range(0, len(lines), BULK_LINES):
        answer = await elastic.bulk(operations=lines[start : start + BULK_LINES])
        assert not answer["errors"], answer.body
    await elastic.indices.refresh(index=[items, manifests])


async def drop(elastic: AsyncElasticsearch, namespace: str) -> None:
    """Remove the namespace's indices."""
    for kind in names.KINDS:
        await elastic.indices.delete(index=names.index(namespace, kind), ignore_unavailable=True)
    for index in (await elastic.indices.get(index=f"{names.queries(namespace)}-*", features="aliases")).body:
        await elastic.indices.delete(index=index, ignore_unavailable=True)
