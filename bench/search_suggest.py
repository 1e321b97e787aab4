"""How long suggestions take: `python -m bench.search_suggest [items] [names]` → p50, p95, p99 in ms, and what the table of names costs.

Items hold a made-up company, an agency of one of the 3,221 divisions and a title; queries are beginnings of names and titles as somebody types
them, by characters, pinyin and initials. Needs ELASTICSEARCH_URL; makes indices of its own and removes them.
"""

import asyncio
import random
import sys
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psutil
from elasticsearch import AsyncElasticsearch

from services.index import indices
from services.search.suggest.suggester import Suggester
from services.search.suggest.term import Term
from shared import index_names as names
from shared.elastic import connect
from shared.names.divisions import gazetteer
from shared.settings import ElasticsearchSettings
from shared.text.lineage import lineage
from shared.text.pinyin import syllables
from shared.text.title_keys import title_keys

Json = dict[str, Any]

ITEMS, NAMES, QUERIES = 200_000, 100_000, 1_000
KINDS = [
    "新能源",
    "电力",
    "环保科技",
    "智能装备",
    "新材料",
    "碳资产管理",
    "储能技术",
    "生物质",
    "钢铁",
    "水泥",
    "光伏",
    "化工",
    "物流",
    "检测认证",
    "汽车零部件",
    "数据服务",
]
BUREAUX = ["发展和改革委员会", "生态环境局", "工业和信息化局", "能源局", "人民政府", "市场监督管理局", "住房和城乡建设局"]
DOINGS = [
    "印发碳达峰实施方案",
    "启动零碳园区建设",
    "发布绿色工厂名单",
    "组织开展节能诊断",
    "出台储能支持政策",
    "公示产品碳足迹标识",
    "通报环境执法案例",
    "推进公共建筑改造",
]
FIRST = "华中天海东南北金宏远大成安平泰富盛德信达通力创新科联合众益康明光瑞祥"


def places() -> list[tuple[str, list[str]]]:
    """Code and path of every division."""
    known = gazetteer().divisions
    found = []
    for code, division in known.items():
        above = [known[up].name for up in (code[:2] + "0000", code[:4] + "00") if up in known and up != code]
        found.append((code, [*above, division.name]))
    return found


def documents(items: int, companies: int, chance: random.Random) -> Iterator[Json]:
    """Items with as many different companies."""
    everywhere = places()
    for number in range(items):
        code, path = chance.choice(everywhere)
        at = number % companies
        place = everywhere[at % len(everywhere)][1][-1]
        company = f"{place}{FIRST[at % len(FIRST)]}{FIRST[at // 61 % len(FIRST)]}{KINDS[at // 7 % len(KINDS)]}{at // 9973}有限公司"
        title = f"{path[-1]}:{chance.choice(DOINGS)}{number % 97}项"
        yield {
            "item_id": f"{number:032x}",
            "title": title,
            "title_keys": title_keys(title),
            "body": title,
            "published_on": f"20{chance.randint(20, 26)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            "companies": [company],
            "agencies": [f"{path[-1]}{chance.choice(BUREAUX)}"],
            "documents": [f"{place}{chance.choice(DOINGS)}({2000 + number % 27}年)"],
            "region_tree": lineage([f"{code}|{'/'.join(path)}"]),
        }


async def fill(client: AsyncElasticsearch, namespace: str, found: Iterator[Json]) -> None:
    """Put the items in."""
    await indices.ensure(client, namespace=namespace)
    index = names.alias(namespace, "items")
    lines: list[Json] = []
    for document in found:
        lines += [{"index": {"_index": index, "_id": document["item_id"]}}, document]
        if len(lines) == 10_000:
            answer = await client.bulk(operations=lines)
            assert not answer["errors"], answer["items"][0]
            lines = []
    if lines:
        await client.bulk(operations=lines)
    await client.indices.refresh(index=index)


def typed(suggester: Suggester, chance: random.Random) -> str:
    """The beginning of a name or of a part of a title, in one of the ways to type it."""
    table = suggester.names.tables[chance.choice(["company", "agency", "region"])]
    name = chance.choice([chance.choice(table.names).label, chance.choice(DOINGS)])
    length = chance.randint(1, 6)
    start = 0 if chance.random() < 0.8 else chance.randrange(len(name))
    part = name[start : start + length]
    said = [one for one in syllables(part) if one]
    way = chance.randrange(4)
    if way == 0 or not said:
        return part
    if way == 1:
        return "".join(one[0] for one in said)
    letters = (" " if way == 3 else "").join(said)
    return letters[: chance.randint(1, len(letters))]


async def main(items: int = ITEMS, companies: int = NAMES) -> None:
    """Fill, load, type."""
    settings, namespace, chance = ElasticsearchSettings(), f"suggest-{uuid4().hex[:8]}", random.Random(1)
    client, process = connect(settings), psutil.Process()
    try:
        await fill(client, namespace, documents(items, companies, chance))
        suggester = Suggester(client, settings, namespace=namespace)
        syllables("长")
        resident, began, used = process.memory_info().rss, time.perf_counter(), process.cpu_times().user
        await suggester.refresh()
        grown = (process.memory_info().rss - resident) / 2**20
        print(f"{items:,} items, {len(suggester.names):,} names")
        print(f"first reading: {time.perf_counter() - began:.1f} s, {process.cpu_times().user - used:.1f} s of CPU, {grown:.0f} MiB")
        await client.delete(index=names.alias(namespace, "items"), id=f"{0:032x}", refresh=True)
        began, used = time.perf_counter(), process.cpu_times().user
        await suggester.refresh()
        print(f"reading again: {time.perf_counter() - began:.1f} s, {process.cpu_times().user - used:.1f} s of CPU")
        asked = [typed(suggester, chance) for _ in range(QUERIES)]
        for q in asked[:100]:
            await suggester.suggest(q, 10)
        whole, table = [], []
        for q in asked:
            began = time.perf_counter()
            await suggester.suggest(q, 10)
            whole.append(time.perf_counter() - began)
            began = time.process_time()
            suggester.names.search(Term(q), 10)
            table.append(time.process_time() - began)
        for label, times in (("names and titles", whole), ("names alone, CPU", table)):
            p50, p95, p99 = (sorted(times)[int(len(times) * part)] * 1000 for part in (0.5, 0.95, 0.99))
            print(f"{label}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms over {len(times):,} beginnings")
    finally:
        for kind in names.KINDS:
            await client.indices.delete(index=names.index(namespace, kind), ignore_unavailable=True)
        await client.close()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
