"""A short text → whether it is what a server shows instead of an article: an error, a login, a check for robots. Pure."""

import re

LONGEST = 400
"""Visible characters of such a page, its menu taken away; what is longer may be an article about them."""
HALF = 0.5
"""Of a line's characters are such words, and of a page's characters stand in such lines."""
ALONE = 0.6
"""Share of a text of one line: a pasted headline may speak of logins and errors too."""

_ENGLISH = (
    r"not\s+found|forbidden|bad\s+(?:gateway|request)|unauthorized|access\s+denied|gateway\s+time-?out",
    r"internal\s+server\s+error|service\s+(?:temporarily\s+)?unavailable",
    r"temporarily\s+unable\s+to\s+service\s+your\s+request|maintenance\s+downtime|capacity\s+problems",
    r"permission\s+to\s+access|try\s+again\s+later",
    r"nginx(?:/[\d.]+)?|openresty|tengine|cloudflare|ray\s+id\S*\s*\w*",
    r"apache(?:/[\d.]+)?(?:\s+\(\w+\)\s+server\s+at\s+\S+\s+port\s+\d+)?",
    r"just\s+a\s+moment\S*|checking\s+(?:if\s+the\s+site\s+connection\s+is\s+secure|your\s+browser\S*)",
    r"enable\s+javascript(?:\s+and\s+cookies)?(?:\s+to\s+continue)?|attention\s+required\S*",
    r"(?:security|robot)\s+check|captcha|(?:you\s+are|prove\S*\s+you\s+are)\s+(?:a\s+)?human",
    r"security\s+service|online\s+attacks",
    r"(?:sign|log)\s*in(?:\s+to\s+your\s+account)?|sign\s*up|create\s+an\s+account|remember\s+me",
    r"(?:forgot\s+)?password|user\s?name|e-?mail(?:\s+address)?",
)
_ERRORS = (
    r"(?:您|你)?(?:要)?(?:访问|查看|请求|浏览)的?(?:页面|内容|网页|文章|资源|地址)\S*?(?:不存在|删除|找不到|无法访问|失效|下线)",
    r"(?:页面|网页|文章|内容)\S{0,4}(?:不存在|已?被?删除|找不到了?|走丢了|无法(?:访问|显示)|已?失效)",
    r"返回(?:首页|上一页|主页)|自动跳转\S*|联系(?:站点|网站)?管理员|出错了|刷新(?:重试|页面)?|敬请谅解",
    r"服务器?(?:内部)?(?:错误|繁忙|开小差了?|异常)|系统\S{0,4}(?:维护|升级|繁忙|错误|异常)\S*|请?稍后(?:再试|重试)",
)
_CHECKS = (
    r"环境异常|(?:当前|网络|访问)\S{0,4}(?:环境)?(?:异常|过于频繁)",
    r"(?:完成|通过|进行)\S{0,6}验证\S{0,12}(?:继续|访问|操作)|正常访问",
    r"(?:去|安全|人机|滑动|滑块|访问|身份|图形|行为)验证(?:页面|码)?",
    r"(?:请)?(?:输入|填写)\S{0,4}验证码\S*|验证码|(?:拖动|按住)\S{0,10}滑块\S*|滑块",
    r"(?:依次)?点击图中\S*|看不清|换一[张个]",
)
_LOGINS = (
    r"(?:用户|会员|账[号户]|密码|扫码|免|立即|微信|手机|快捷|统一|一键)?登\s?录(?:平台|页面|账号)?",
    r"(?:立即|免费|新用户)?注册(?:账号)?|忘记密码|记住(?:我|密码)|激活账号|统一身份认证\S*",
    r"(?:请输入)?(?:您的)?(?:用户名|账[号户]|密码|手机号|学号|工号)(?:/工号)?",
    r"二维码\S{0,6}(?:失效|登录)|扫一扫",
)
_STATUS = r"\b(?:HTTP\s*)?(?:[45]0\d|52\d|1020)\b(?:\s*[:：-])?(?:\s*页面\S*)?"
_SAID = re.compile("|".join((_STATUS, *_ENGLISH, *_ERRORS, *_CHECKS, *_LOGINS)), re.IGNORECASE)


def shown_instead(text: str) -> bool:
    """Whether the lines of a short text are such a page's."""
    told = [line for line in map(str.strip, text.split("\n")) if line]
    visible = sum(map(_visible, told))
    if not 0 < visible <= LONGEST:
        return False
    shares = [min(1.0, sum(_visible(found[0]) for found in _SAID.finditer(line)) / _visible(line)) for line in told]
    if len(told) == 1:
        return shares[0] >= ALONE
    return sum(_visible(line) for line, share in zip(told, shares, strict=True) if share >= HALF) >= HALF * visible


def _visible(text: str) -> int:
    return sum(map(len, text.split()))
