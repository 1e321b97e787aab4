"""A page's request → ingest's answer to the same user: what pages change goes through ingest's API, with the user's own key.

Where ingest asks for no key, it is for its own machine alone, and so is this service then.
"""

from collections.abc import Mapping
from typing import Any

import httpx
from fastapi import Request

from services.search.errors import SearchError
from shared.keys.request import presented_by_browser

SECONDS = 30.0
"""For an answer: ingest waits 10 s for Kafka at most, and a preview takes longer for a thick digest."""

CHINESE = {
    "too_large": "文件太大：一份简报最多 8 MiB，压缩的文件解开后也有上限。",
    "unsupported_media_type": "这种文件无法读取。可以是文本、Markdown、网页、MHTML、PDF 或 DOCX。",
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
"""By ingest's code, where there is more to say than that it was refused."""


class IngestAway(SearchError):
    """Ingest does not answer."""

    status = 503
    code = "ingest_away"
    chinese = "接收服务暂时没有回应，请稍后再试；管理员可查看“流水线”页。"


class IngestRefused(SearchError):
    """Ingest's refusal, with its own status, code and words."""

    def __init__(self, status: int, code: str, message: str, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status, self.code = status, code
        self.more = dict(more or {})
        """What ingest says beside: the field that is wrong, what is there instead"""
        self.chinese = CHINESE.get(code, "接收服务没有接受这个请求，原因见下。")


class IngestClient:
    """Asks ingest in the name of whoever asks us."""

    def __init__(self, url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Connects to nothing; `url` is where ingest is, `transport` a stand-in for it in tests."""
        self._url = url.rstrip("/")
        self._client = httpx.AsyncClient(timeout=SECONDS, transport=transport, trust_env=False)

    async def send(
        self,
        request: Request,
        method: str,
        path: str,
        *,
        json: object = None,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Return ingest's JSON; `path` begins with /v1/. Raises IngestRefused where it refuses, IngestAway where it is away."""
        asked = self._client.build_request(method, self._url + path, json=json, content=content, params=params, headers=headers)
        return _read(await self._answer(request, asked), self._url)

    async def send_file(
        self, request: Request, path: str, *, said: Mapping[str, str], file: tuple[str, bytes, str], seconds: float = SECONDS
    ) -> bytes:
        """Post a file as a form: its name, bytes and media type, and what is said of it; return ingest's JSON as it came. Raises as `send`."""
        asked = self._client.build_request("POST", self._url + path, data=dict(said), files={"file": file}, timeout=seconds)
        answer = await self._answer(request, asked)
        if not answer.is_success:
            _read(answer, self._url)
        return answer.content

    async def _answer(self, request: Request, asked: httpx.Request) -> httpx.Response:
        if key := presented_by_browser(request.headers):
            asked.headers["Authorization"] = f"Bearer {key}"
        try:
            return await self._client.send(asked)
        except httpx.HTTPError as error:
            raise IngestAway(f"ingest at {self._url} does not answer ({type(error).__name__})") from error

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _read(answer: httpx.Response, url: str) -> Any:
    try:
        said = answer.json()
        if answer.is_success:
            return said
        error = said["error"]
        more = {name: value for name, value in error.items() if name not in ("code", "message", "status")}
        raise IngestRefused(answer.status_code, str(error["code"]), str(error["message"]), more)
    except (ValueError, KeyError, TypeError) as error:
        raise IngestAway(f"{url} answered {answer.status_code} in a form that is not ingest's") from error
