"""A quarantine's code and figures → what people read. Pure."""

from collections.abc import Mapping

LABELS = {
    "feed": "订阅源",
    "markup": "标记语言",
    "data": "JSON 数据",
    "garbled": "乱码",
    "log": "日志",
    "table": "数据表",
    "words": "词表",
    "chat": "聊天记录",
    "code": "源代码",
    "page": "错误或登录页",
    "template": "空白模板",
    "repeated": "重复内容",
    "no_prose": "没有成句文字",
}
"""A word for each code of services.enrich.plausible."""

REASONS = {
    "feed": "是 RSS 或 Atom 订阅，请送入其中的文章",
    "markup": "是 XML 之类的标记文件，不是文章",
    "data": "是 JSON 数据，不是文章",
    "garbled": "文字像是乱码",
    "log": "是程序日志",
    "table": "是数据表格（CSV），不是文章",
    "words": "只是一串词语",
    "chat": "是聊天记录",
    "code": "是程序代码或配置",
    "page": "是出错、登录或人机验证页面，不是文章",
    "template": "是没有填写的表单",
    "repeated": "反复说同样的话",
    "no_prose": "几乎没有成句的文字或标题",
}
"""The same in words that follow 看起来."""

_SHOWN = ("lines", "visible", "prose", "items")
_BY_CODE = {
    "garbled": "garbled",
    "log": "logged",
    "table": "columns",
    "words": "words",
    "chat": "spoken",
    "code": "code",
    "template": "blank",
    "repeated": "distinct",
}
_NAMES = {
    "lines": "行数",
    "visible": "字数",
    "prose": "成句文字",
    "items": "将拆成",
    "garbled": "乱码",
    "logged": "日志行",
    "columns": "列数相同的行",
    "words": "单词行",
    "spoken": "发言行",
    "code": "代码行",
    "blank": "待填写的行",
    "distinct": "不重复的行",
}


def label(code: str) -> str:
    """One word; the code itself where it is not known here."""
    return LABELS.get(code, code)


def reason(code: str) -> str:
    """A sentence, also where a newer enrich knows more codes."""
    return f"看起来{REASONS.get(code, '不是简报')}。"


def figures(code: str, measured: Mapping[str, float]) -> list[tuple[str, str]]:
    """Name and value of those figures that tell something, in order."""
    wanted = (*_SHOWN, *([_BY_CODE[code]] if code in _BY_CODE else []))
    return [(_NAMES[name], _value(name, measured[name])) for name in wanted if name in measured]


def _value(name: str, value: float) -> str:
    if name == "items":
        return f"{value:,.0f} 条"
    return f"{value:,.0f}" if name in ("lines", "visible") else f"{value:.0%}"
