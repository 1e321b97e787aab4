"""Pages as WeChat serves them and browsers save them, made up in the form of the real ones: an article, and what is shown in place of one."""

import quopri

LONG = "http://mp.weixin.qq.com/s?__biz=MzA3MTUxMTk0MQ==&amp;mid=2650202602&amp;idx=1&amp;sn=0a1b2c3d4e5f60718293a4b5c6d7e8f9&amp;chksm=8704#rd"
ADDRESS = "https://mp.weixin.qq.com/s?__biz=MzA3MTUxMTk0MQ==&mid=2650202602&idx=1&sn=0a1b2c3d4e5f60718293a4b5c6d7e8f9"
"""The same as it is kept"""
SHORT = "https://mp.weixin.qq.com/s/Ab3_dE-fGhIjKlMnOpQrSt"
BODY = "<p><strong>一、昆山:将新增零碳工厂10家</strong></p><p>2月3日，昆山市发布行动方案，明确到年底新增零碳工厂10家。</p>"


def article(*, url: str = LONG, ran: bool = True, key: str = "1", body: str = BODY) -> str:
    """An article; `ran` says whether its scripts ran before it was saved, `key` is what differs from one saving to the next."""
    shown = "2026年2月6日 08:30" if ran else ""
    return f"""<!DOCTYPE html>
<html class=""><head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<meta name="description" content="一周要闻">
<meta name="author" content="周小报">
<meta property="og:title" content="双碳周报（第5期）" />
<meta property="og:url" content="{url}" />
<meta property="og:image" content="https://mmbiz.qpic.cn/mmbiz_jpg/x/0?wx_fmt=jpeg" />
<meta property="og:site_name" content="微信公众平台" />
<meta property="og:type" content="article" />
<meta property="og:article:author" content="周小报" />
<title></title>
<style>.weui-msg__title{{}} .rich_media_content{{visibility:hidden}}</style>
<script nonce="{key}">var uin = ''; var key = '{key}'; var pass_ticket = '{key}';</script></head>
<body id="activity-detail" class="zh_CN">
<div id="js_article" class="rich_media"><div class="rich_media_inner"><div id="page-content"><div id="img-content">
<h1 class="rich_media_title" id="activity-name">双碳周报（第5期）</h1>
<div id="meta_content" class="rich_media_meta_list"><span class="rich_media_meta rich_media_meta_text">周小报</span>
<span class="rich_media_meta rich_media_meta_nickname" id="profileBt"><a href="javascript:void(0);" id="js_name">双碳观察</a></span>
<em id="publish_time" class="rich_media_meta rich_media_meta_text">{shown}</em></div>
<div class="rich_media_content" id="js_content" style="visibility: hidden;">{body}</div>
</div></div></div></div>
<div class="weui-dialog"><strong>该内容已被发布者删除</strong><a>知道了</a></div>
<script nonce="{key}">
var biz = "MzA3MTUxMTk0MQ=="; var ct = "1770337800"; var createTime = '2026-02-06 08:30'; var msg_title = '双碳周报（第5期）';
var nickname = htmlDecode("双碳观察"); var msg_link = "{url}"; var user_name = "gh_0123456789ab";
var warn = "环境异常，完成验证后即可继续访问";
</script></body></html>"""


def message(title: str, *explained: str, button: str = "") -> str:
    """A page with a notice, in the frame that WeChat has for all of them."""
    words = "".join(f'<p class="weui-msg__desc">{line}</p>' for line in explained)
    action = f'<a class="weui-btn weui-btn_primary" id="js_verify" href="javascript:">{button}</a>' if button else ""
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Weixin Official Accounts Platform</title>
<link rel="stylesheet" href="https://res.wx.qq.com/t/wx_fed/weui-source/res/2.5.16/weui.min.css"><style>{".weui{{}}" * 2000}</style></head>
<body class="zh_CN " ontouchstart="">
<div class="weui-msg"><div class="weui-msg__icon-area"><i class="weui-icon-warn weui-icon_msg"></i></div>
<div class="weui-msg__text-area"><h2 class="weui-msg__title">{title}</h2>{words}</div>
<div class="weui-msg__opr-area"><p class="weui-btn-area">{action}</p></div></div>
<script nonce="1">var PAGE_MID = 'mmbizwap:secitptpage/verify.html'; var cap_appid = "2003473469"; {"var more = 1; " * 3000}</script>
</body></html>"""


VERIFICATION = message("环境异常", "当前环境异常，完成验证后即可继续访问。", button="去验证")
DELETED = message("该内容已被发布者删除")
BANNED = message("此内容因违规无法查看", "由用户投诉并经平台审核，涉嫌违反相关法律法规和政策，查看对应规则")
LOGIN = f"""<!DOCTYPE html><html><head><title>微信公众平台</title></head><body>
<div class="header"><a>首页</a><a>账号分类</a></div><h2>再小的个体，也有自己的品牌</h2>
<div class="login_box"><form><h3>登录</h3><input name="account" placeholder="邮箱/微信号"><input type="password" name="password" placeholder="密码">
<a class="btn_login">登录</a><a>使用账号登录</a><a>扫码登录</a></form></div>
<dl><dt>服务号</dt><dd>给企业和组织提供更强大的业务服务与用户管理能力</dd><dt>订阅号</dt><dd>为媒体和个人提供一种新的信息传播方式</dd></dl>
<div class="foot"><a>关于腾讯</a><a>平台协议</a><a>客服中心</a></div><script>{"var x;" * 2000}</script></body></html>"""


def saved(page: str, *, location: str, coding: str = "quoted-printable") -> bytes:
    """A page as Chrome saves it whole (MHTML)."""
    body = quopri.encodestring(page.encode()) if coding == "quoted-printable" else page.encode()
    head = (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {location}\r\nSubject: x\r\nDate: Fri, 6 Feb 2026 10:00:00 +0800\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----MultipartBoundary--x----"\r\n\r\n\r\n'
        "------MultipartBoundary--x----\r\nContent-Type: text/html\r\nContent-ID: <frame-1@mhtml.blink>\r\n"
        f"Content-Transfer-Encoding: {coding}\r\nContent-Location: {location}\r\n\r\n"
    )
    picture = "\r\n------MultipartBoundary--x----\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
    return head.encode() + body + picture.encode() + b"------MultipartBoundary--x------\r\n"
