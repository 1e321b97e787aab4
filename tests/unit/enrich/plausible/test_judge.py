"""What is held as no digest, and what is not."""

import base64
import random

import pytest

from services.enrich.plausible import judge
from services.enrich.plausible.judge import BEGINNING, MESSAGES
from services.enrich.readers import media_type_of, read
from services.enrich.split.split import split
from shared.records import MediaType, Quarantine

CODE = """
import os

def load(path: str) -> dict:
    with open(path) as file:
        return {line: 1 for line in file}

for name in os.listdir("."):
    print(load(name))
"""
CHINESE_CODE = """
// 初始化页面
function init() {
  var el = document.getElementById('list'); // 列表
  el.innerHTML = '';
  el.appendChild(row(d)); // 逐条加入
}
window.onload = init; // 加载完成后执行
"""
LOG = "\n".join(f"2026-11-02 08:00:{second:02},123 INFO [main] a.b.Store - wrote segment {second}" for second in range(9))
CHINESE_LOG = "\n".join(f"[2026-11-02 08:00:{second:02}] 错误 数据库连接失败 编号={second}" for second in range(9))
LOCK = "\n".join(f"package-{n}==1.{n}.0 \\\n    --hash=sha256:{n:064x}" for n in range(1450))
CSV = "编号,名称,日期,金额\n" + "\n".join(f"{n},甲{n},2026-11-0{n},{n}00" for n in range(1, 10))
FEED = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>要闻</title><item><title>央行降准</title>'
    "<link>https://a.example/1</link><description>央行宣布下调存款准备金率，释放长期资金。</description></item></channel></rss>"
)
SITEMAP = '<?xml version="1.0"?><urlset>' + "<url><loc>https://a.example/1</loc></url>" * 9 + "</urlset>"
NOISE = base64.encodebytes(random.Random(7).randbytes(900)).decode()
MOJIBAKE = ("近日，国家能源局印发通知，明确储能规模目标。" * 5).encode().decode("latin-1")
MOJIBAKE_GBK = ("近日，国家能源局印发通知，明确储能规模目标，并就落实提出要求。" * 5).encode().decode("gbk", "ignore")
WORDS = "\n".join("".join(random.Random(n).sample("天地人山水风云日月星火木金土石", 2)) for n in range(70))
CHAT = "\n".join(f"[08:{minute}] {who}: {said}" for minute, who, said in zip(range(10, 22), ["甲", "乙"] * 6, ["好的", "收到"] * 6, strict=True))
ROWS = "\n".join(f"60{n:04} {n}.10 +{n}.02% 1{n}00" for n in range(20))

HELD: list[tuple[str, str]] = [
    ("code", CODE),
    ("code", CHINESE_CODE),
    ("code", "!function(e,t){for(var n=0;n<t.length;n++){e[t[n].k]=t[n].v}}(window,[{k:'a',v:1}]);" * 9),
    ("code", LOCK),
    ("log", LOG),
    ("log", CHINESE_LOG),
    ("data", '{"date": "2026-11-02", "news": ["央行宣布降准", "新能源汽车销量创新高"]}'),
    ("data", '{"a": 1}\n{"a": 2}\n{"a": 3}\n{"a": 4}\n'),
    ("table", CSV),
    ("table", ROWS),
    ("feed", FEED),
    ("markup", SITEMAP),
    ("no_prose", NOISE),
    ("no_prose", "Curabitur pretium tincidunt lacus. Nulla gravida orci a odio. Nullam varius turpis et commodo pharetra. " * 5),
    ("garbled", MOJIBAKE),
    ("garbled", MOJIBAKE_GBK),
    ("words", WORDS),
    ("chat", CHAT),
    ("page", "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1><hr>nginx/1.24.0</body></html>"),
    ("page", "<html><body><h2>环境异常</h2><p>当前环境异常，完成验证后即可继续访问。</p><a>去验证</a></body></html>"),
    ("page", "<html><body><h1>用户登录</h1><p>用户名<p>密码<p>验证码<p>忘记密码<p>立即注册</body></html>"),
    ("template", "简报\n第　　期\n日期：____年__月__日\n编辑：________\n一、\n1.\n2.\n审核：________\n"),
    ("repeated", "测试测试测试\n" * 40),
]

PASSED: list[str] = [
    "央行降准",
    "Apache Tomcat远程代码执行漏洞",
    "微信新增扫码登录功能",
    "近日，国家能源局印发通知，明确到2030年新型储能装机规模目标。",
    "1.昆山:新增工厂10家\n2.太仓:新增学校3所\n",
    "\n".join(f"{n}.昆山:新增工厂{n}家" for n in range(1, 101)),
    "09:30 央行：开展1000亿元7天期逆回购操作，中标利率1.40%。\n" * 5,
    "今日行情\n上证指数 3456.78 +0.56%\n深证成指 11234.56 -0.12%\n创业板指 2345.67 +1.02%\n",
    "香港天文台表示，受東北季候風影響，今晚氣溫將顯著下降，市民外出要注意保暖。\n立法會財務委員會通過撥款申請。",
    "AI 早报\n1. OpenAI releases GPT-6 Turbo for developers\n2. Google DeepMind unveils AlphaFold 4\n3. 阿里发布新版本\n",
    "China's central bank cut the reserve requirement ratio on Monday, a move that analysts say will release 500 billion yuan.",
    "政策名称\t发布机构\t发布日期\n" + "关于促进民营经济发展的若干措施\t江苏省人民政府\t2026-11-02\n" * 9,
    "# 前端周刊\n\n## 新的方法\n\n提案增加了切块的方法，用法如下，各浏览器已经支持：\n\n```js\nlet a;\nfor (b of a) {\n  c(b);\n}\n```\n\n# 完\n",
    "问：什么是零碳园区？\n答：零碳园区是指使园区内碳排放降至近零水平的园区。\n" * 5,
    "工信部：从严整治短信验证码滥用\n有关部门要求规范登录验证，网页出现404等错误时应当给出说明，不得强制用户反复输入密码。",
    "中药目录：黄芪、茯苓、蒺藜、菟丝子、薏苡仁、枸杞、牛膝、防风、羌活、独活、藁本、苍术、白芷、辛夷、苍耳子列入今年的保供名单。",
]


def _judged(text: str, media_type: MediaType | None = None) -> Quarantine | None:
    data = text.encode()
    media_type = media_type or media_type_of(data)
    document = read(data, media_type=media_type)
    return judge(document, split(document), text if media_type == "text/markdown" else "")


@pytest.mark.parametrize(("code", "text"), HELD, ids=[f"{at}-{code}" for at, (code, _) in enumerate(HELD)])
def test_what_is_no_digest_is_held(code: str, text: str) -> None:
    """With what it seems to be, in a word and in English, the figures and the first lines."""
    held = _judged(text)
    assert held is not None
    assert held.code == code
    assert held.message == MESSAGES[code]
    assert 0 < len(held.beginning) <= BEGINNING
    assert held.figures["lines"] >= 1


@pytest.mark.parametrize("text", PASSED)
def test_what_may_be_a_digest_is_not_held(text: str) -> None:
    """However short, in traditional characters, with English, tables, links or code in it."""
    assert _judged(text) is None


def test_a_program_read_as_markdown_is_known_by_its_source() -> None:
    """Its comments look like headings, and its lines run together."""
    program = "# Load it\nimport os\nx = os.environ['A']\n# Say it\nprint(x)\nif x == 'b':\n    del x\nfor y in x:\n    print(y)\n"
    held = _judged(program, "text/markdown")
    assert held is not None
    assert held.code == "code"
