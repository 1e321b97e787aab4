"""What is wrong with a form, and what its fields are called, in Chinese. Pure."""

from collections.abc import Mapping

from services.search.web.ingest_client import IngestRefused
from shared.registry.edit import BadField

LABELS: Mapping[str, str] = {
    "source": "代号", "name": "名称", "publisher": "发布者", "region": "地区", "language": "语言", "cadence": "多久一期",
    "taxonomy": "主题表", "profile": "版式沿用", "base_url": "网站地址", "usual_from": "版式始于",
    "on": "启用", "fetch": "获取方式", "fetch.url": "网址",
    "fetch.every": "间隔", "fetch.full": "抓取全文", "fetch.links": "文章链接", "fetch.path": "文件夹", "fetch.done": "送完移到",
    "fetch.failed": "失败移到", "fetch.ignored": "忽略", "fetch.by_folder": "子文件夹各为来源", "fetch.host": "服务器",
    "fetch.port": "端口", "fetch.tls": "加密", "fetch.user": "用户名", "fetch.password_file": "密码文件", "fetch.mailbox": "信箱",
}  # fmt: skip

_WEB = "请写完整的网址，以 http:// 或 https:// 开头，不含用户名和密码。"
_PATH = "请写完整的路径，例如 /srv/digests。"
_WRONG: Mapping[str, str] = {
    "source": "由字母、汉字、数字和 . _ - 组成，最多 64 个字，中间没有空格。",
    "region": "请写全称，例如 江苏省苏州市，或六位行政区划代码。",
    "taxonomy": "没有这张主题表。",
    "profile": "请填写另一个已有来源的代号；它自己不能再沿用别的来源。",
    "base_url": _WEB,
    "usual_from": "请写一天，例如 2026-02-06。",
    "language": "请写语言代码，例如 zh 或 en。",
    "fetch.url": _WEB,
    "fetch.every": "请写分钟数，1 分钟至 30 天。",
    "fetch.links": "请写 CSS 选择器，例如 ul.news a。",
    "fetch.path": _PATH,
    "fetch.done": _PATH,
    "fetch.failed": _PATH,
    "fetch.password_file": "请写密码文件的完整路径，例如 /run/secrets/imap。",
    "fetch.port": "请写 1 至 65535 之间的数。",
    "fetch.host": "请填写邮件服务器的地址。",
    "fetch.user": "请填写用户名。",
    "name": "最多 200 个字。",
    "publisher": "最多 200 个字。",
}
"""Field → what to write there."""

OPERATE = "文件夹和邮箱要由带有管理权限（operate）的密钥设置。"


def of_field(field: str, problem: str) -> str:
    """What to write in a field instead."""
    if field == "region" and " may be " in problem:
        return f"可能是{problem.partition(' may be ')[2].partition(':')[0]}，请写全称。"
    return _WRONG.get(field, problem)


def of_error(error: BadField | IngestRefused) -> tuple[str | None, str]:
    """(field, what is to be said), None where it is about no field."""
    if isinstance(error, BadField):
        return error.field, of_field(error.field, error.problem)
    field = error.more.get("field")
    if error.code == "bad_entry" and isinstance(field, str):
        return field, of_field(field, str(error).partition(": ")[2])
    if error.code in ("bad_source", "source_missing"):
        return "source", _WRONG["source"]
    if error.code == "key_scope" and "folders and mailboxes" in str(error):
        return "fetch", OPERATE
    return None, error.chinese
