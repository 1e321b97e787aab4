"""What a channel's answer says."""

import pytest

from shared.notices.answers import Outcome, read


@pytest.mark.parametrize(
    ("kind", "status", "body", "outcome"),
    [
        ("webhook", 204, b"", "delivered"),
        ("webhook", 429, b"", "again"),
        ("webhook", 503, b"", "again"),
        ("webhook", 404, b"", "wrong"),
        ("wecom", 200, b'{"errcode":0,"errmsg":"ok"}', "delivered"),
        ("wecom", 200, b'{"errcode":93000,"errmsg":"invalid webhook url"}', "wrong"),
        ("wecom", 200, b'{"errcode":45009,"errmsg":"api freq out of limit"}', "again"),
        ("dingtalk", 200, b'{"errcode":310000,"errmsg":"sign not match"}', "wrong"),
        ("dingtalk", 200, b'{"errcode":130101,"errmsg":"send too fast"}', "again"),
        ("feishu", 200, b'{"code":0,"msg":"success"}', "delivered"),
        ("feishu", 200, b'{"StatusCode":0,"StatusMessage":"success"}', "delivered"),
        ("feishu", 200, b'{"code":19021,"msg":"sign match fail"}', "wrong"),
        ("feishu", 200, b'{"code":11232,"msg":"frequency limited"}', "again"),
        ("feishu", 200, b"<html>", "wrong"),
        ("wecom", 200, b"[]", "wrong"),
    ],
)
def test_an_answer_says_what_became_of_it(kind: str, status: int, body: bytes, outcome: Outcome) -> None:
    """Robots say so in the body."""
    assert read(kind, status, body).outcome == outcome


@pytest.mark.parametrize(("header", "after"), [("7", 7.0), (None, None), ("Fri, 06 Feb 2026", None), ("", None)])
def test_a_channel_may_ask_to_wait(header: str | None, after: float | None) -> None:
    """In seconds."""
    assert read("webhook", 429, b"", header).after == after
