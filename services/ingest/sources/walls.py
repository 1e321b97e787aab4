"""A text or a page → nothing, or Rejected where it is what a site shows in place of an article: a check, a notice, a login. Pure.

WeChat's above all, which people save or paste without noticing. A digest may well quote such a notice, so it counts only where it stands alone:
as a whole line, with hardly anything beside it. Looks for a few words first, and goes on only where one is there.
"""

import re

from services.ingest.sources import visible
from shared.errors import Rejected

BESIDE_IN_PAGE, BESIDE_IN_TEXT = 200, 30
"""Characters that may stand beside a notice and what explains it: buttons, and in a page also the words that WeChat has under each article."""

MOST = 400
"""Characters of the longest page with a notice, with all that explains it."""

LOGIN_PAGE = 600
"""Characters of the longest page to log in at: the one of WeChat's platform tells what accounts are for."""

SENTENCE = 40
"""Characters of a line from which a page has something to read beside its notice or its login."""

HEADLINES, HEADLINE = 5, 12
"""Lines of at least so many Chinese characters from which a page is a list of headlines with a login beside it: WeChat's
page to log in at says of four kinds of accounts what they are for.
"""

_NOTICES = {
    "verification_page": re.compile(
        r"(?:(?:当前)?环境异常[，,。]?)?请?完成验证后(?:即可)?继续访问|访问过于频繁[，,].{0,20}(?:二维码|再试|验证).{0,10}"
        r"|请输入图片中的字符|为了?保护[你您]的(?:网络|帐号|账号)安全[，,]请.{0,12}验证.{0,10}"
    ),
    "deleted_article": re.compile(
        r"[该此](?:内容|文章|图文|链接|临时链接)(?:已被?|因|被).{0,24}(?:删除|无法查看|过期|失效|迁移)|[该此](?:[帐账]号|公众号)(?:已|处于|因|被).{0,24}(?:无法查看|迁移|冻结|注销|屏蔽)"
        r"|此内容发送失败无法查看|根据作者隐私设置[，,]?无法查看该内容|内容已被(?:发布者)?删除|链接已过期"
    ),
    "login_page": re.compile(r"请在微信客户端打开链接|请先登录(?:后再?(?:查看|阅读|访问|继续).{0,10})?|登录后(?:查看|阅读)(?:全文|更多内容)"),
}
_EXPLAINED = re.compile(
    r"(?:当前)?环境异常|由用户投诉并经平台审核.{0,60}|.{0,30}查看对应规则|.{0,60}请点击下方按钮|微信公众平台|Weixin Official Accounts Platform"
)
"""What stands beside them."""
_MESSAGES = {
    "verification_page": "this is no article but the page that asks for a verification (环境异常): complete it in a browser, and save the article",
    "deleted_article": "this is no article but the notice that it was deleted or can't be viewed: there is nothing to read in it",
    "login_page": "this is no article but the page that asks for a login: log in, open the article, and save it again",
}
_HINTS = (
    *(
        "环境异常",
        "完成验证后",
        "访问过于频繁",
        "请输入图片中的字符",
        "安全，请",
        "安全,请",
        "无法查看",
        "删除",
        "已过期",
        "失效",
        "迁移",
        "注销",
        "冻结",
        "屏蔽",
    ),
    *("请在微信客户端打开链接", "请先登录", "登录后"),
)
"""A word of each notice."""
_ARTICLE = re.compile(r"""\bid\s*=\s*["']?js_content\b""")
_PASSWORD = re.compile(r"""\btype\s*=\s*["']?password\b""", re.IGNORECASE)
_LOGIN = re.compile(r"(?:请先|立即|用户|会员|扫码|(?:使用)?[帐账]号(?:密码)?|密码|微信)?登\s*[录錄入](?:[/|]注册)?|sign ?in|log ?in", re.IGNORECASE)
_OF_LOGIN = re.compile(r"登\s*[录錄入]|注册|密码|验证码|扫码|二维码|[帐账]号|协议|隐私")
_HAN = re.compile(r"[\u3400-\u9fff]")
_ENDS = "。.！!，, \t"


def refuse(text: str, *, page: bool) -> None:
    """Raise Rejected: `verification_page`, `deleted_article` or `login_page`; `page` says that the text is HTML."""
    kind = _notice(text, page) or (page and _login(text))
    if kind:
        raise Rejected(kind, _MESSAGES[kind])


def _notice(text: str, page: bool) -> str | None:
    if not any(hint in text for hint in _HINTS):
        return None
    if page and _ARTICLE.search(text):
        return None
    lines = visible.lines(text, MOST) if page else text[: 2 * MOST].splitlines()
    if sum(map(len, lines)) > MOST or (not page and len(text.strip()) > MOST):
        return None
    lines = [words for line in lines if (words := line.strip(_ENDS))]
    for kind, notice in _NOTICES.items():
        others = [line for line in lines if not notice.fullmatch(line)]
        beside = [len(line) for line in others if not _EXPLAINED.fullmatch(line)]
        if len(others) < len(lines) and sum(beside) <= (BESIDE_IN_PAGE if page else BESIDE_IN_TEXT) and max(beside, default=0) < SENTENCE:
            return kind
    return None


def _login(text: str) -> str | None:
    """Whether a page asks for a name and a password, and has nothing to read."""
    if _PASSWORD.search(text) is None:
        return None
    lines = visible.lines(text, LOGIN_PAGE)
    if sum(map(len, lines)) > LOGIN_PAGE or any(len(line) >= SENTENCE for line in lines):
        return None
    if sum(len(_HAN.findall(line)) >= HEADLINE and not _OF_LOGIN.search(line) for line in lines) >= HEADLINES:
        return None
    return "login_page" if any(_LOGIN.fullmatch(line.strip(_ENDS)) for line in lines) or _LOGIN.search(_title(text)) else None


def _title(page: str) -> str:
    found = re.search(r"<title[^<>]{0,100}>([^<]{0,200})", page, re.IGNORECASE)
    return found[1] if found else ""
