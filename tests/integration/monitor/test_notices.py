"""A monitor on real engines that is started again: its channel is told the end of what the one before told, and nothing twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from deploy.engines.ports import free_ports
from services.monitor import app
from services.monitor.app import Monitor
from services.monitor.notices.worker import Outlet
from shared.notices.grouping import Grouping
from shared.settings import CommonSettings, ElasticsearchSettings, KafkaSettings, MonitorSettings
from tests.engines import RunningEngines
from tests.fakes.receiver import Receiver, receiver

pytestmark = pytest.mark.connected


@asynccontextmanager
async def monitoring(monitor: Monitor) -> AsyncIterator[None]:
    """One that runs while the block does."""
    stop = asyncio.Event()
    task = asyncio.create_task(monitor.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


def lines(taking: Receiver) -> list[str]:
    """All that was told so far, in order; beginnings."""
    return [line["text"].partition("。")[0] for each in taking.taken for line in each.said["lines"]]


async def until_told(taking: Receiver, line: str) -> None:
    """Return once this was told."""
    while line not in lines(taking):
        await taking.until(len(taking.taken) + 1)


async def test_a_monitor_goes_on_where_the_one_before_ended(
    engines: RunningEngines, namespace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No service runs; then one does."""
    now = timedelta(0)
    monkeypatch.setattr(app, "Outlet", lambda channel, url: Outlet(channel, url, Grouping(hold=now, pause=now, settle=now)))
    monitor = partial(
        Monitor,
        CommonSettings(namespace=namespace),
        KafkaSettings(bootstrap_servers=engines.kafka_bootstrap_servers),
        ElasticsearchSettings(url=engines.elasticsearch_url),
    )
    async with receiver() as taking, receiver() as ingest:
        (tmp_path / "notices.toml").write_text(f'[[channel]]\nname = "程序"\nkind = "webhook"\nurl = "{taking.url}/hook"', "utf-8")
        services = ("ingest", "enrich", "index", "search", "fetch")
        nobody = {f"{name}_health_url": f"http://127.0.0.1:{port}" for name, port in zip(services, free_ports(5), strict=True)}
        settings = {"health_port": 0, "notices": tmp_path / "notices.toml", "state": tmp_path / "state"} | nobody
        async with monitoring(monitor(MonitorSettings.model_validate(settings))):
            await until_told(taking, "接收服务没有运行")
            await until_told(taking, "加工服务没有运行")
        ingest.answers |= {"/readyz": (200, {"service": "ingest", "ok": True, "checks": []})}
        async with monitoring(monitor(MonitorSettings.model_validate(settings | {"ingest_health_url": ingest.url}))):
            await until_told(taking, "已恢复：接收服务没有运行")
    told = lines(taking)
    assert [told.count(line) for line in ("接收服务没有运行", "加工服务没有运行", "已恢复：加工服务没有运行")] == [1, 1, 0]
