"""Requests as the channels document them; signatures were computed apart, with openssl."""

import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import orjson

from shared.notices.channel import DingTalk, Feishu, Webhook, WeCom
from shared.notices.forms import form
from shared.notices.notice import Line, Notice

NOW = datetime(2026, 2, 6, 1, 2, 3, tzinfo=UTC)
NOTICE = Notice(id="n1", level="red", title="入库停滞", lines=(Line(text="积压 12 份"),), at=NOW)


def test_a_webhook_is_signed_over_time_and_body() -> None:
    """So that neither can be changed, nor an old request sent again."""
    made = form(NOTICE, Webhook(name="a", kind="webhook", url="http://a/b", secret="s3cret-s3cret"), now=NOW)
    assert orjson.loads(made.body)["title"] == "入库停滞"
    expected = hmac.new(b"s3cret-s3cret", b"1770339723." + made.body, hashlib.sha256).hexdigest()
    assert made.headers["X-Jianbao-Signature"] == f"t=1770339723,v1={expected}"
    assert made.headers["X-Jianbao-Notice"] == "n1"


def test_a_webhook_without_a_secret_is_not_signed() -> None:
    """It says so by having no signature."""
    assert "X-Jianbao-Signature" not in form(NOTICE, Webhook(name="a", kind="webhook", url="http://a/b"), now=NOW).headers


def test_wecom_takes_markdown() -> None:
    """As content."""
    made = form(NOTICE, WeCom(name="a", kind="wecom", url="http://a/send?key=k"), now=NOW)
    assert orjson.loads(made.body) == {"msgtype": "markdown", "markdown": {"content": "**■ 入库停滞**\n- 积压 12 份"}}


def test_dingtalk_takes_its_signature_in_the_query() -> None:
    """The secret signs milliseconds and itself."""
    made = form(NOTICE, DingTalk(name="a", kind="dingtalk", url="http://a/send?access_token=t", secret="SEC1"), now=NOW)
    query = parse_qs(urlsplit(made.url).query)
    # printf '1770339723000\nSEC1' | openssl dgst -sha256 -hmac SEC1 -binary | base64
    sign = "E/G9xKrjv9y01un9vJpPbdEPMpbHrtwl9Beam7ydJGg="
    assert query == {"access_token": ["t"], "timestamp": ["1770339723000"], "sign": [sign]}
    assert orjson.loads(made.body)["markdown"]["title"] == "■ 入库停滞"


def test_feishu_takes_its_signature_in_the_body() -> None:
    """Seconds and secret are the key, and nothing is signed."""
    made = form(NOTICE, Feishu(name="a", kind="feishu", url="http://a/hook", secret="SEC1"), now=NOW)
    said = orjson.loads(made.body)
    # openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf '1770339723\nSEC1' | xxd -p) -binary </dev/null | base64
    assert (said["timestamp"], said["sign"]) == ("1770339723", "1M5OXlBQSwJsrMS/SGnzIpjzV2skkbIKwj95zU54v7w=")
    assert (said["msg_type"], said["card"]["header"]["template"]) == ("interactive", "red")
    assert said["card"]["elements"] == [{"tag": "markdown", "content": "- 积压 12 份"}]
