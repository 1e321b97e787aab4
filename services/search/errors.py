"""Anything that goes wrong with a request → one shape with a status, a code and plain words. Pure.

    {"error": {"code": "snake_case_word", "message": "what to do", "status": 422}}

SearchError
├── BadRequest    400  what was asked can't be answered
├── Invalid       422  a body whose fields can't be used
├── BadCursor     400  a cursor that is not ours, or of another search
├── Expired       410  a cursor whose point in time is gone
├── NotFound      404
├── Forbidden     403  it changes something, and this key or this page may not
├── Away          503  Elasticsearch does not answer, or has no index yet
└── KafkaAway     503  Kafka does not answer
"""

from collections.abc import Sequence
from typing import Any

from shared.errors import JianbaoError


class SearchError(JianbaoError):
    """An error with its HTTP status, a code to tell it by, and a sentence for people in Chinese."""

    status = 500
    code = "internal"
    chinese = "服务内部出错，请稍后再试；若仍如此，请告诉管理员。"


class BadRequest(SearchError):
    """What was asked can't be answered as it stands."""

    status = 400
    code = "bad_request"
    chinese = "这个查询无法执行，请修改后再试。"


class Invalid(SearchError):
    """A body whose fields can't be used."""

    status = 422
    code = "invalid_parameter"
    chinese = "填写的内容不对，请修改后再试。"


class BadCursor(SearchError):
    """A cursor that was changed or belongs to another search."""

    status = 400
    code = "bad_cursor"
    chinese = "翻页的标记不对，请从第一页重新开始。"


class Expired(SearchError):
    """A cursor that was put aside for too long."""

    status = 410
    code = "cursor_expired"
    chinese = "这一页放得太久，已经过期，请从第一页重新开始。"


class NotFound(SearchError):
    """There is nothing under that id."""

    status = 404
    code = "not_found"
    chinese = "没有找到这一页，可能已被撤回或地址有误。"


class Away(SearchError):
    """Elasticsearch does not answer or has no index yet."""

    status = 503
    code = "elasticsearch_away"
    chinese = "检索引擎暂时没有回应，请稍后再试；管理员可查看“运行”页。"


class KafkaAway(SearchError):
    """Kafka does not answer."""

    status = 503
    code = "kafka_away"
    chinese = "Kafka 暂时没有回应，请稍后再试；管理员可查看“运行”页。"


class Forbidden(SearchError):
    """Something would be changed by somebody who may not."""

    status = 403
    code = "operate_needed"
    chinese = "这个操作需要管理密钥（operate）；请换用管理密钥登录后再试。"


class CrossSite(Forbidden):
    """The request comes from another page than ours, or from one of ours that has grown too old."""

    code = "cross_site"
    chinese = "没有执行：请求不是从本站刚打开的页面发出的。请回到该页，刷新后再试。"


class Stale(CrossSite):
    """Our own page sent it, with a token that is no longer good: search was started again."""


class Unauthorized(SearchError):
    """A key is needed and was not given, or is none of ours."""

    status = 401
    code = "key_needed"
    chinese = "需要密钥才能访问。"


def body(status: int, code: str, message: str, **more: object) -> dict[str, object]:
    """The one shape of every error; of a query that can't be read `more` says where and how to mend it."""
    return {"error": {"code": code, "message": message, "status": status, **more}}


def of_validation(errors: Sequence[Any]) -> str:
    """FastAPI's list of problems in one sentence: which parameter, and what about it."""
    named = ((".".join(str(part) for part in error["loc"][1:]) or "request", error["msg"].removeprefix("Value error, ")) for error in errors[:5])
    return "; ".join(f"{name}: {problem}" for name, problem in named)
