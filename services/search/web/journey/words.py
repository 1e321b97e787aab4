"""Where a digest is, and what a step of its way was → Chinese words. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from services.search.models.journey import JourneyAnswer, LedgerState
from shared.ledger.event import Kind
from shared.ledger.journey import Where


class Words(NamedTuple):
    """A label with its light, and what it means for whoever waits for the digest."""

    label: str
    light: str
    sentence: str


WHERE: Mapping[Where, Words] = {
    "unknown": Words("未知", "unknown", "只留下了零散的记录，无法判断它现在在哪里。"),
    "received": Words("已接收，等待加工", "yellow", "已收到，正在等待处理，还不能检索。"),
    "enriched": Words("已加工，等待入库", "yellow", "已加工完成，正在等待入库，还不能检索。"),
    "searchable": Words("可检索", "green", "已入库，可以检索。"),
    "dead": Words("无法处理", "red", "这份简报无法处理，没有入库。"),
    "quarantined": Words("已隔离", "yellow", "看起来不是简报，已隔离，等待人工决定。"),
    "withdrawing": Words("撤回中", "yellow", "撤回已受理，尚未生效。"),
    "withdrawn": Words("已撤回", "unknown", "已撤回，不再出现在检索结果中。"),
    "erased": Words("已抹除", "unknown", "已按要求抹除，内容已不存在。"),
}

KINDS: Mapping[Kind, str] = {
    "received": "接收",
    "released": "解除隔离",
    "withdrawn": "撤回",
    "erased": "抹除",
    "enriched": "加工完成",
    "quarantined": "加工后隔离",
    "taken_out": "撤回已传达",
    "dead": "无法处理",
    "skipped": "由管理员跳过",
    "retried": "要求重试",
    "discarded": "放弃处理",
}

LEDGER: Mapping[LedgerState, str] = {
    "complete": "",
    "filling": "经过记录正在依消息队列重新建立，下面的步骤可能还不完整，稍后再看。",
    "missing": "经过记录暂缺：请管理员查看监测服务是否在运行。下面只有检索引擎与死信所知的。",
}


def sentence(found: JourneyAnswer) -> str:
    """Return where a digest is, and what can be found of it meanwhile."""
    if found.where == "dead" and found.taken_back:
        return "撤回未能完成。" + ("这份简报仍可检索到。" if found.replacing else "")
    said = WHERE[found.where].sentence
    if not found.replacing:
        return said
    return said + ("在此期间仍可检索到。" if found.where == "withdrawing" else "检索到的仍是上一版。")
