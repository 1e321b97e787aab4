"""Codes and messages of ingest, enrich and the registry → what people read on pages, in Chinese. Pure.

The API and the commands say them in English; every page that tells a refusal, a dead letter's reason, a warning or
who did something takes its words from here.
"""

import re
from collections.abc import Mapping, Sequence

BASES = {"given": "随简报给出", "title": "据标题", "name": "据文件名", "url": "据网址", "text": "据正文", "received_at": "未写明"}
"""What a digest's day was taken from"""

_REFUSALS = {
    "too_large": "内容太多，超出了能处理的限度：请分成几份送入，或只送入其中的文字。",
    "unsupported_media_type": "这种文件无法读取。可以是文本、Markdown、网页、MHTML、PDF、DOCX 或邮件。",
    "empty": "内容是空的。",
    "encrypted": "文件设有密码，请去掉密码后再试。",
    "no_text": "文件里没有文字；若是扫描件，请先做文字识别。",
    "too_slow": "内容过于复杂，在限定时间内没有处理完，无法入库。",
    "too_much_memory": "内容过于复杂，处理时内存不足，无法入库。",
    "crashed": "处理这份内容的进程意外退出，无法入库；请把文件交给管理员查看。",
    "enrich_failed": "处理这份内容时程序出错，无法入库；请把文件交给管理员查看。",
    "too_deep": "文件内部嵌套过深，无法读取。",
    "bad_form": "表单没有完整收到，请再送一次。",
    "disconnected": "内容没有完整收到，请再送一次。",
    "too_many_requests": "同时送入的太多，请稍候再试。",
    "content_missing": "没有内容：请选择文件，或粘贴文字。",
    "undecodable": "文字编码无法识别，请另存为 UTF-8 后再试。",
    "unknown_form": "记录的格式无法识别，可能来自较新的程序；请把它交给管理员查看。",
    "too_many_lines": "一次送入的份数太多，请分几次送入。",
    "verification_page": "这不是文章，而是微信的验证页（环境异常）。请在浏览器中完成验证，打开文章后重新保存。",
    "deleted_article": "这不是文章，而是“内容已被删除或无法查看”的提示页，没有可读的内容。",
    "login_page": "这不是文章，而是登录页。请登录并打开文章后重新保存。",
    "bad_source": "来源代号不对：由字母、汉字、数字和 . _ - 组成，中间没有空格。",
    "source_off": "这个来源已停用，不再接收简报；请先启用它，或改填其他来源。",
    "source_missing": "请填写来源。",
    "bad_title": "标题不对，请改短或去掉换行。",
    "bad_url": "网址不对，请以 http:// 或 https:// 开头。",
    "bad_date": "日期不对，请写成 2026-02-06 这样，最多可比今天晚 7 天。",
    "bad_file_name": "文件名不对，请改短。",
    "bad_external_id": "编号不对，请改短或去掉换行。",
    "unknown_digest": "没有收到过这份简报。",
    "original_gone": "Kafka 中已没有它的原文，请重新送入后再放行。",
    "digest_withdrawn": "这份简报已撤回；需要时请重新送入。",
    "not_quarantined": "这份简报不在隔离区，无需放行。",
    "bad_reason": "请填写原因：不超过 500 字，中间不换行。",
    "key_missing": "需要密钥才能送入。请在浏览器询问时，把密钥填在“密码”一栏，用户名可随意填写。",
    "key_unknown": "这个密钥无效。请核对后再试，或向管理员索取。",
    "key_scope": "这个密钥不能送入简报，请向管理员索取带有送入权限（ingest）的密钥。",
    "key_source": "这个密钥不能用于这个来源，请换用其他密钥，或向管理员申请。",
    "unknown_source": "没有这个来源。",
    "source_changed": "这个来源刚刚被别人改过。",
    "unavailable": "暂时无法写入 Kafka，请稍后再试；没有丢失任何内容。",
}
"""By code, where there is more to say than that it was refused."""

_BY_MESSAGE: Mapping[str, Sequence[tuple[str, str]]] = {
    "undecodable": (
        (r"NUL|control characters", "这不是文字文件，无法读取；请送入其中的文字。"),
        (r"damaged|isn't one|no page", "文件已损坏，或不是它所称的格式：请重新导出后再送，或直接送入其中的文字。"),
    ),
    "too_large": (
        (r"\bis larger than\b", "文件太大：一份简报最多 8 MiB。"),
        (r"\blines\b", "内容太多：行数超出了能处理的限度，请分成几份送入。"),
        (r"\bpages\b", "内容太多：页数超出了能处理的限度，请分成几份送入。"),
    ),
}
"""Of codes with several reasons: what the message has in it, and the words."""

_WARNINGS: Sequence[tuple[str, str]] = (
    (r"([\d,]+) characters could not be decoded", "有 {0} 个字无法识别，显示为 \ufffd"),
    (r"attached to the mail and not read: (.*); `jianbao", "邮件的附件没有读取：{0}。请另行送入"),
    (r"published_on was not given; (\d{4}-\d\d-\d\d) was taken from (\w+)", "取 {0}（{basis}）"),
    (r"published_on was not given", "文中也没有写明"),
    (r"([\d,]+) characters were not looked through for entities", "有 {0} 个字没有识别其中的机构、地名等：一份简报能识别的有限"),
    (r"(\d+) stories became (\d+) items", "有的条目太长：{0} 条分成了 {1} 条"),
    (r"([\d,]+) links were left out", "有 {0} 个链接没有收入：一条能有的链接有限"),
    (r"only (\d+%) of the text is in items", "只有 {0} 的文字在条目中，其余作为“其他文字”也能检索到"),
    (r"the text outside items is more than .* so (\d+) items", "条目以外的文字太多，其中一部分另成 {0} 条没有标题的条目"),
    (r"nothing was seen that parts this text", "看不出怎样分条，全文作为一条"),
    (r"([\d,]+) lines are more than a digest has", "共有 {0} 行，比一份简报多得多，全文作为一条"),
    (r"the contents list (?:names what the digest lacks|words it otherwise|does not name): (.*)", "{0}"),
    (r"the example of (\S+) can't be learned any more", "{0} 教过的样例已不能再用，请重新教一次"),
    (r"this issue is not printed as .*split by them all the same", "这一期的版式与教过的样例不同，仍按样例拆分，请核对"),
    (r"this issue is not printed as", "这一期的版式与教过的样例不同，没有按样例拆分，请核对"),
)
"""What a warning of services.enrich begins with, and the words."""


def refusal(code: str, message: str = "") -> str:
    """Why something was refused, or became a dead letter, in a sentence or two."""
    for pattern, words in _BY_MESSAGE.get(code, ()):
        if re.search(pattern, message):
            return words
    return _REFUSALS.get(code) or f"没有收下，原因代码是 {code}；请把它告诉管理员。"


def died(reason: str) -> str:
    """The same of a reason as the list of what was fed and a digest's status tell it: `code: message`."""
    told = re.match(r"(?:\w+ gave up \()?([a-z]\w*)\)?: (.*)", reason, re.DOTALL)
    return refusal(told[1], told[2]) if told else refusal(reason)


def warning(message: str) -> str:
    """What enrich warns of; in its own words where they are not known here, as those of a newer one."""
    for pattern, words in _WARNINGS:
        if found := re.match(pattern, message, re.DOTALL):
            named = found.groups()
            return words.format(*named, basis=BASES.get(named[-1], named[-1]) if named else "")
    return message


def who(by: str) -> str:
    """Who did something: the holder of a key, or somebody at this machine where none is asked for."""
    if by in ("api", "local"):
        return "本机用户"
    return f"密钥 {by.removeprefix('key ')}" if by.startswith("key ") else by
