"""A line of a digest → which kind of boilerplate it is, if any. Pure.

Words that publishers of all kinds use around their news, never the name of one.
"""

import re

from shared.records import BoilerplateKind


def _compiled(patterns: tuple[tuple[BoilerplateKind, str], ...]) -> tuple[tuple[BoilerplateKind, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in patterns)


# Headings (short lines) that open a part which holds no news.
_HEADINGS = _compiled(
    (
        (
            "earlier_issues",
            r"^(?:往期|历史上的|往年|上期|过往|推荐阅读|延伸阅读|更多阅读|相关阅读|热门文章|精彩回顾|猜你喜欢|更多精彩|近期文章|热文推荐|相关推荐|热点回顾)"
            r"|(?:往期|历史)(?:回顾|推荐|精彩|内容|文章)|^(?:精彩|好文)?(?:推荐|回顾)$",
        ),
        (
            "disclaimer",
            r"^(?:免责|风险提示|版权|法律|特别|重要)?(?:声明|提示|申明)$|^(?:免责|版权|风险|法律).{0,4}(?:声明|提示|申明|说明|条款)|^风险提示$|^Disclaimer",
        ),
        (
            "qr_code",
            r"^(?:扫码|扫描|长按|微信扫|识别).{0,12}(?:二维码|关注|加入|入群|添加)|^(?:加入|联系)(?:我们|社群|群聊|交流群)$|^(?:微信群|交流群|读者群|社群)",
        ),
        ("advertisement", r"^(?:广告|推广|赞助|招聘信息|商务合作|合作推广|课程推荐|福利)(?:$|[&＆/、与和]|支持|商|时间)"),
        (
            "credits",
            r"^(?:说明|图例)$|^(?:鸣谢|致谢|感谢|编者|编辑团队|关于(?:我们|本刊|周刊|作者|本周刊|本报|本号|编者)|作者(?:简介|介绍)|团队介绍|制作团队|编委会|联系方式|投稿)",
        ),
        (
            "footer",
            r"^(?:欢迎)?(?:订阅|关注(?:我们)?|如何订阅|订阅方式|留言|评论|分享|转发|参与|反馈|贡献)\W*$"
            r"|^(?:写在最后|结束语|END|the end|全文完|（完）|\(完\)|完)\W*$",
        ),
    )
)
# Lines that begin the end of a digest, wherever they stand behind its last story.
_TAIL = _compiled(
    (
        (
            "footer",
            r"^[—\-=~*·.•\s（(【]*(?:END|THE END|FIN|EOF|(?:全文|本文|本期|本报|今日)(?:完|结束)|（完）|\(完\))[—\-=~*·.•\s）)】]*$|^阅读原文$"
            r"|^点击.{0,6}阅读原文|^[\W_]{0,3}点击(?:下方|上方|左下角|文末|蓝字|卡片|名片)|^原文链接见|^(?:—|-){2,}\s*完\s*(?:—|-){2,}",
        ),
        (
            "disclaimer",
            r"^[\W_]{0,4}(?:免责声明|版权声明|风险提示|法律声明|特别声明|郑重声明|重要声明|声明|投资有风险|本文(?:所|仅|不构成|内容)|以上内容(?:仅|均|由|不))[:：，,；]?"
            r"|^.{0,12}(?:免责声明|重要声明|法律声明)$|不构成.{0,10}(?:建议|意见|依据)|内容由\s*AI\s*(?:辅助)?(?:创作|生成)|市场有风险|^[\W_]{0,4}提示[:：].{0,30}(?:错误|幻觉|AI)",
        ),
        (
            "qr_code",
            r"(?:扫描|扫码|长按|识别|扫一扫).{0,14}(?:二维码|关注|加入|添加|加群|入群|下载|订阅|报名)|(?:公众号|微信群|交流群).{0,16}(?:扫码|二维码|回复|加入)|^二维码|^[\[【(（](?:图片?)\s*[:：]?\s*二维码[\]】)）]$",
        ),
        (
            "credits",
            r"^[\W_]{0,3}(?:本期|责任|值班|责|执行|文字|美术|视觉|排版|统筹|校对|审核|监制|主|图文|新媒体)?(?:编辑|校对|审核|编审|监制|排版|编译|撰稿|撰文|供稿|美编|统筹|校审|复审|终审|初审|主编|主笔|策划)"
            r"[^\w\n]{0,3}[:：丨|｜/].{0,40}$|^[\W_]{0,3}(?:联系(?:电话|方式|人|邮箱|地址|我们)|(?:投稿|编辑部)?(?:邮箱|电话|热线)|地址|传真|网址|邮编)\s*[:：].{0,60}$"
            r"|^[\W_]{0,3}(?:报|送|发|抄送|抄报|主送|呈送|报送|分送|主办|承办|协办|主管|印发|印制)(?:单位)?\s*[:：].{1,80}$",
        ),
        (
            "earlier_issues",
            r"^[\W_]{0,4}(?:往期|上期|历史)(?:精彩|推荐|回顾|热文|文章|内容|精选|周报|日报|链接|好文|热点|阅读)|^[\W_]{0,4}(?:推荐阅读|延伸阅读|精彩推荐|更多阅读|热文推荐|猜你喜欢|更多精彩|近期文章)\W*$",
        ),
        (
            "advertisement",
            r"^[\W_]{0,4}(?:广告|推广|商务合作)(?:$|[:：])|^[【\[](?:广告|推广|赞助|AD)[】\]]|粉丝交流群|(?:点击|欢迎).{0,8}(?:报名|购买|下单|咨询热线)|招新啦",
        ),
        (
            "footer",
            r"(?:点个|点亮|求个?|给个|点).{0,3}(?:在看|赞|星标|小心心)|^(?:分享|收藏|点赞|在看)(?:[\s、|]*(?:分享|收藏|点赞|在看))+|喜欢.{0,10}(?:转发|点赞|分享)|欢迎(?:关注|订阅|转发|分享|投稿)"
            r"|^(?:关注|订阅)(?:我们|本号|公众号)|^数据(?:整理|由).{0,24}(?:生成|提供)|^(?:©|Copyright|\(c\))|^由.{0,30}(?:自动)?生成|^[\W_]{0,3}(?:微语|(?:每日|今日)(?:一句|金句)|一言|心语|寄语)[】\]」:：|｜]"
            r"|^(?:Unsubscribe|Subscribe|Follow us|View in browser)\b|All rights reserved"
            r"|^[\W_]{0,3}本(?:报告|日报|简报|周报|期|刊|文).{0,30}(?:生成|整理|制作|编辑部)"
            r"|^以上(?:就|便)?[是为](?:本期|本周|今天|今日|今年|本次|这期|这次|我们).{2,60}$|^(?:本期|今天|本周|今日|这期).{0,10}(?:就)?到(?:这里|此)"
            r"|(?:下周|下期|下次|明天|明早|明日).{0,6}(?:再见|再会|不见不散|见[。！!~]?$)"
            r"|^(?:如果|若)(?:你|您|大家)?(?:觉得|喜欢|认为).{0,30}(?:转发|转给|分享|订阅|关注|点赞|推荐)"
            r"|^祝(?:您|你|大家|各位|愿)|^(?:感谢|谢谢)(?:您|你|大家|各位)?(?:的)?(?:阅读|收看|关注|支持|观看|陪伴)",
        ),
    )
)
PLEA, PLEA_WITHIN = 120, 8
"""Characters of the longest line that asks for likes and readers anywhere in it, and within which longer ones do: news is liked and scanned too."""
SUMMARY, FIGURES = 40, 3
"""Characters and figures that a paragraph has at least which sums up a week: a greeting has fewer of both."""
_BRIEFS = re.compile(r"快讯|简讯|快报|简报|短讯|短波|速览|速读|速递|一览|集锦|汇总|秒读|秒看|读懂|早知道|早报|晚报|早餐|播报|要闻|扫描|点滴")
_DIGEST = re.compile(
    r"(?:[日周月晨晚早旬季年]报|周刊|月刊|期刊|动态|资讯|新闻|资料|参考|观察|导读|内参|热点|热搜|精选|精华|摘编|摘报|信息|纪要|公告|综述|头条|盘点|大事记|回顾|专刊|文摘)"
    r"|第\s*[\d一二三四五六七八九十百]+\s*[期周辑]|\b(?:weekly|daily|digest|news)\b|20\d{2}[-./年]",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"^(?:本|上|当|这)(?:周|月|旬|季度|期)(?:内|末|度)?|^截(?:至|止)")
_FIGURE = re.compile(r"\d[\d.,]*\s*(?:[%％‰]|个百分点|[万亿千百]*(?:[起吨元例次个家件项辆户点条人种款股手桶度]|美元|平方米|千瓦时))")
_LEADING = re.compile(r"^[\W_]+")
_FULL_DAY = r"20\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
_SIGNED = re.compile(rf"^(?:{_FULL_DAY}[\s|｜·,，]*[\w·]{{0,14}}|[\w·]{{2,14}}[\s|｜·,，]+{_FULL_DAY}(?:[\s|｜·,，]+[\u4e00-\u9fff]{{2,6}})?)$")
_BYLINE = re.compile(r"^(?:\d{2,4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?\s*\d{1,2}:\d{2}")
_COLUMN = re.compile(r"^(?:封面图?|题图|头图|(?:每日|每周|一周|本周)(?:一)?(?:图|金句)|图片|言论|金句|语录|名言|一言|微语)$")
_QUOTATIONS = re.compile(r"^(?:(?:每日|每周|一周|本周)?(?:一)?金句|言论|语录|名言|一言|微语)$")
_COMMENTARY = re.compile(r"(?:总结|评述|综述|小结|述评|综合分析|总评)$")
_GREETING = re.compile(
    r"^(?:各位|大家|亲爱的|尊敬的|hi\b|hello|你好|早上好|早安|晚上好|欢迎(?:来到|收看|阅读|关注)|这里(?:是|记录)|本期|今日共|以下是|感谢)",
    re.IGNORECASE,
)
_PORTRAIT = re.compile(r"^.{2,16}(?:成立于|创立于|创办于|始建于)\s*\d{4}\s*年.{0,30}(?:是|为|致力|专注)")
_WHEN = r"(?:\d|[一二三四五六七八九十〇零]|[年月日号周至到]|星期|农历|[（(）)【】/.,，:：\-—–~·|｜\s])"
_ISSUE = re.compile(
    rf"^(?:{_WHEN}|总|内部(?:资料|刊物|参考)|注意保存)*(?:第\s*(?:\d|[一二三四五六七八九十百])+\s*[期号卷周季辑]|Vol|No|内部资料|\d{{1,2}}月[刊号版])(?:{_WHEN}|[第期卷总.]|编辑部)*$",
    re.IGNORECASE,
)
_DATE = re.compile(rf"^{_WHEN}*(?:日|星期|周|[-/.]\d){_WHEN}*$")
_PLACEHOLDER = re.compile(
    r"^[\W_]*(?:暂无|占位|待(?:补充|填充|更新)|敬请期待|无$|本(?:周|期|日)(?:暂)?无|略$|TBD|TODO|N/?A$|None$|内容(?:待|暂)|数据(?:待|暂))|占位区",
    re.IGNORECASE,
)


def heading_kind(text: str) -> BoilerplateKind | None:
    """The kind of the part that a short line or heading opens, None where it may hold news."""
    shown = _LEADING.sub("", text).rstrip("】]」*—-–·•#|｜ :：!！~")
    if _BYLINE.match(shown):
        return "credits"
    if not shown or len(shown) > 24:
        return None
    return next((kind for kind, pattern in _HEADINGS if pattern.search(shown)), None)


def issue_line(text: str) -> bool:
    """Says which issue of the digest it is and no more: （2026年第9期）, 总第128期 2026年3月11日."""
    return len(text) <= 60 and bool(_ISSUE.match(text.strip()))


def date_line(text: str) -> bool:
    """Says a day and no more: 2026年3月11日 星期三."""
    return len(text) <= 40 and bool(_DATE.match(text.strip()))


def byline(text: str) -> bool:
    """Says a day and who wrote then: 2026-03-05 法治报, 法治报 2026年3月5日 09:12."""
    return len(text) <= 40 and bool(_SIGNED.match(text.strip()))


def column(text: str) -> bool:
    """A heading that names a column of pictures or quotations rather than a story."""
    return bool(_COLUMN.match(text.strip()))


def quotations(text: str) -> bool:
    """A column of what people said: its items have no titles."""
    return bool(_QUOTATIONS.match(text.strip()))


def commentary(text: str) -> bool:
    """A heading over the editors' own summing up, whose points are no stories of their own."""
    return len(text) <= 20 and bool(_COMMENTARY.search(text.strip()))


def tail_kind(text: str) -> BoilerplateKind | None:
    """The kind of a line that begins or belongs to a digest's end, None for any other."""
    shown = text.strip()
    if not shown or len(shown) > 400:
        return None
    for kind, pattern in _TAIL:
        match = pattern.search(shown)
        if match and (len(shown) <= PLEA or kind in ("disclaimer", "credits") or match.start() <= PLEA_WITHIN):
            return kind
    return heading_kind(shown)


def portrait(text: str) -> bool:
    """A publisher's words about itself: 某某成立于2011年，是一家……"""
    return bool(_PORTRAIT.match(text))


def opening_kind(text: str) -> BoilerplateKind:
    """The kind of a line before the first story: greeting, disclaimer, … or other."""
    return tail_kind(text) or ("greeting" if _GREETING.match(text.strip()) else "other")


def briefs(title: str) -> bool:
    """A digest's title that tells of stories of one paragraph each."""
    return bool(_BRIEFS.search(title))


def digest_name(text: str) -> bool:
    """A line that may be a digest's title: it names a kind of digest, an issue or a day."""
    return bool(_BRIEFS.search(text) or _DIGEST.search(text)) or issue_line(text) or date_line(text)


def figures(text: str) -> bool:
    """A paragraph that sums up a week or month in figures: 本周全国碳市场成交量112万吨，成交额9800万元，……"""
    return len(text) >= SUMMARY and text.endswith("。") and bool(_PERIOD.match(text)) and len(_FIGURE.findall(text)) >= FIGURES


def placeholder(text: str) -> bool:
    """A line that says that there is nothing: 暂无, 占位."""
    return bool(_PLACEHOLDER.search(text[:60]))
