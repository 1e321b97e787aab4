"""Where a stack is → what its monitor reports, and what each service and engine says of itself; all are asked at once."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping

import httpx

from deploy.engines.elasticsearch import healthy
from deploy.engines.kafka import metadata_answered
from deploy.stack.found import Found
from deploy.stack.state import State
from deploy.stack.status.look import Answer, Status
from shared.errors import Rejected
from shared.health.asked import Asked
from shared.health.asked import ask as ask_service
from shared.health.report import Report, read
from shared.settings import MonitorSettings, SearchSettings

SERVICES = ("ingest", "enrich", "index", "search", "fetch")
REPORT_SECONDS = 3.0
"""For the monitor's answer, which it has at hand."""


async def ask(which: Found, environ: Mapping[str, str] | None = None) -> Status:
    """Return one look; raises nothing. `environ` is what says where services are, once the stack's own is in it."""
    environ = os.environ if environ is None else environ
    stack = which.stack
    urls = addresses(environ) if stack is None or "monitor" in stack.addresses else {}
    key = environ.get("JIANBAO_HEALTH_KEY")
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"} if key else {}, trust_env=False) as client:
        looks: dict[str, Awaitable[Asked]] = {**_engines(stack), **{name: ask_service(client, urls[name]) for name in SERVICES if name in urls}}
        (answer, report), asked = await asyncio.gather(_report(client, urls.get("monitor")), asyncio.gather(*looks.values()))
        if stack is None and report is None and (url := environ.get("SEARCH_URL") or urls["search"]):
            report = await _through_search(url, environ.get("JIANBAO_API_KEY"))
            answer = answer if report is None else "given"
    return Status(stack, which.dead, which.named, dict(zip(looks, asked, strict=True)), urls, answer, report)


def addresses(environ: Mapping[str, str]) -> dict[str, str]:
    """Return where each service and the monitor are asked how they are. Pure."""
    fields = MonitorSettings.model_fields
    found = {name: environ.get(f"MONITOR_{name.upper()}_HEALTH_URL") or str(fields[f"{name}_health_url"].default) for name in SERVICES}
    monitor = environ.get("SEARCH_MONITOR_HEALTH_URL") or str(SearchSettings.model_fields["monitor_health_url"].default)
    return found | {"monitor": monitor}


async def _report(client: httpx.AsyncClient, url: str | None) -> tuple[Answer, Report | None]:
    if url is None:
        return "none", None
    try:
        answer = await client.get(url.rstrip("/") + "/report", timeout=REPORT_SECONDS)
        if answer.status_code in (401, 403):
            return "key_refused", None
        return ("not_ready", None) if answer.status_code == 503 else ("given", read(answer.content))
    except (httpx.HTTPError, httpx.InvalidURL, Rejected):
        return "away", None


async def _through_search(url: str, key: str | None) -> Report | None:
    """The report of an installation whose monitor can't be reached from here, such as in containers."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        async with httpx.AsyncClient(headers=headers, timeout=REPORT_SECONDS) as client:
            return read((await client.get(url.rstrip("/") + "/api/health/report")).content)
    except (httpx.HTTPError, httpx.InvalidURL, Rejected):
        return None


def _engines(stack: State | None) -> dict[str, Awaitable[Asked]]:
    if stack is None or not {"kafka", "elasticsearch"} <= set(stack.addresses):
        return {}
    checks: dict[str, Callable[[int], bool]] = {"kafka": metadata_answered, "elasticsearch": healthy}
    return {name: _engine(check, stack.addresses[name]) for name, check in checks.items()}


async def _engine(check: Callable[[int], bool], address: str) -> Asked:
    answers = await asyncio.to_thread(check, int(address.rpartition(":")[2]))
    return Asked("ready") if answers else Asked("away", f"{address} does not answer")
