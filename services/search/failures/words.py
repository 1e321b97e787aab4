"""What pages say of dead letters in Chinese: states, stages, and whether a retry can help. Pure."""

from collections.abc import Mapping

from shared.dead_letters.kinds import Hope

STATES = {"open": "未处理", "retrying": "重新处理中", "solved": "已解决", "superseded": "已被新的取代", "discarded": "已丢弃"}
STAGES = {"ingest": "接收", "enrich": "加工", "index": "入库", "?": "未知"}
ACTIONS = {"retry": "重新处理", "discard": "丢弃"}
WHYS = {
    "settled": "已处理完毕",
    "foreign": "不是本系统的死信，不知来处，只能丢弃",
    "elsewhere": "来自另一套系统的主题",
    "superseded": "已再次失败，请处理取代它的那一封",
    "sent": "已重新送出，尚无结果",
    "cap": "已试满次数，每次都失败；请先排除原因",
    "permanent": "重新处理也是同样的结果",
}
"""Why nothing is done with a letter, by shared.dead_letters.selection.Reason"""
OUTCOMES = {"begun": "开始", "done": "完成", "failed": "失败"}

HOPES: Mapping[Hope, tuple[str, str, str]] = {
    "now": ("yellow", "暂时的", "原因可能已经过去，可以重新处理。"),
    "after": ("yellow", "待排除原因", "排除原因之后，可以重新处理。"),
    "newer": ("yellow", "程序已更新", "它失败时运行的是旧版程序；现在的版本较新，值得重新处理一次。"),
    "no": ("red", "永久的", "同样的内容再处理一次，还是同样的结果，所以不提供重新处理。"),
}
"""Light, label and a sentence on what a retry promises."""
