"""What sites show in place of an article → refusals; digests that speak of it → none."""

import pytest

from services.ingest.sources.walls import refuse
from shared.errors import Rejected
from tests import wechat_pages
from tests.wechat_pages import message


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (wechat_pages.VERIFICATION, "verification_page"),
        (message("访问过于频繁，请用微信扫描二维码进行访问"), "verification_page"),
        (wechat_pages.DELETED, "deleted_article"),
        (wechat_pages.BANNED, "deleted_article"),
        (message("此内容被投诉且经审核涉嫌侵权，无法查看。"), "deleted_article"),
        (message("此内容发送失败无法查看"), "deleted_article"),
        (message("此帐号已被屏蔽, 内容无法查看"), "deleted_article"),
        (message("此账号已自主注销，内容无法查看"), "deleted_article"),
        (
            message("该公众号已迁移", "该公众号已迁移至新的帐号，原帐号已回收。若需访问原文章链接，请点击下方按钮。", button="访问文章"),
            "deleted_article",
        ),
        (message("该链接已过期"), "deleted_article"),
        (message("根据作者隐私设置，无法查看该内容"), "deleted_article"),
        (message("请在微信客户端打开链接"), "login_page"),
        (wechat_pages.LOGIN, "login_page"),
        ("<title>用户登录</title><form><input name=u><input type=password></form><p>忘记密码</p>", "login_page"),
        (
            "<h3>登录</h3><input type=password><p>未注册的手机号验证后将自动注册账号</p><p>登录即代表同意用户协议和隐私政策</p>"
            "<p>请妥善保管您的账号和密码信息</p><p>密码须为八位以上的字母和数字</p><p>连续五次密码错误后将锁定账号</p>",
            "login_page",
        ),
    ],
)
def test_pages_that_are_none(text: str, kind: str) -> None:
    """Are refused, each by its kind."""
    with pytest.raises(Rejected) as refused:
        refuse(text, page=True)
    assert refused.value.kind == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("环境异常\n当前环境异常，完成验证后即可继续访问。\n去验证\n", "verification_page"),
        ("环境异常，完成验证后继续访问", "verification_page"),
        ("微信公众平台\r\n\r\n该内容已被发布者删除\r\n", "deleted_article"),
        ("此内容因违规无法查看\n由用户投诉并经平台审核，涉嫌违反相关法律法规和政策，查看对应规则", "deleted_article"),
    ],
)
def test_pasted_notices(text: str, kind: str) -> None:
    """Are refused as their pages are."""
    with pytest.raises(Rejected) as refused:
        refuse(text, page=False)
    assert refused.value.kind == kind


STORY = "2月3日，昆山市发布行动方案，明确到年底新增零碳工厂10家，并对验证码登录、异地访问等情形作出规定，相关负责人作了说明。"


@pytest.mark.parametrize(
    "text",
    [
        "微信提示“环境异常，完成验证后即可继续访问”，多名用户称无法打开文章。",
        "一、微信回应部分文章显示“该内容已被发布者删除”\n平台称系缓存所致。",
        f"环境异常\n{STORY}",
        f"该公众号已迁移\n{STORY}",
        "一、环境异常\n二、此内容因违规无法查看\n三、验证码与登录：专家谈环境异常检测的原理，以及今后的几个方向",
        "今日要闻：昆山",
        "登录",
    ],
)
@pytest.mark.parametrize("page", [False, True])
def test_digests_that_speak_of_it(text: str, page: bool) -> None:
    """Are taken, however short."""
    refuse("".join(f"<p>{line}</p>" for line in text.splitlines()) if page else text, page=page)


def test_a_long_digest_with_a_notice_as_a_headline() -> None:
    """Is taken: the notice stands among other lines."""
    refuse("<h2>环境异常</h2>" + f"<p>{STORY}</p>" * 5, page=True)


@pytest.mark.parametrize(
    "page",
    [
        wechat_pages.article(),
        wechat_pages.article(body=""),
        wechat_pages.article(body="<p>该内容已被发布者删除</p>"),
        f"<form>登录<input type=password></form><article>{STORY}</article>",
        f"<div hidden><h3>登录</h3><input type='password'></div><p>{STORY * 20}</p>",
        "<p>如何用 type=password 的输入框</p>",
        "<form><a>登录</a><input type=password></form><h1>双碳日报</h1>"
        + "".join(f"<li><a>生态环境部发布第{number}批碳市场配额方案" for number in "一二三四五"),
    ],
    ids=["article", "empty", "quoting", "login beside a story", "hidden login", "about passwords", "login beside headlines"],
)
def test_articles(page: str) -> None:
    """Are taken, whatever their scripts and dialogs hold."""
    refuse(page, page=True)
