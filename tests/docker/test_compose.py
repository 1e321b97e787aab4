"""docker-compose.yml on a real engine, as its user would: up, fed, found, broken, down and up again. Run by `make compose-test`.

The tests are one story and run in the order in which they stand.
"""

import asyncio
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from playwright.sync_api import sync_playwright

from shared.topics import Topics
from tests.docker.compose import LASTING, OURS, ROOT, Composed
from tests.docker.engine import Docker

if os.environ.get("JIANBAO_TEST_ENGINES") != "docker":
    pytest.skip("needs a Docker engine: make compose-test", allow_module_level=True)

SAMPLE = ROOT / "deploy/stack/sample/shuangtan-weekly.txt"
FIRST = "昆山:将新增(近)零碳工厂10家"
SEARCHABLE_SECONDS = 120


@pytest.fixture(scope="module")
def composed() -> Iterator[Composed]:
    """The project, up and healthy; gone afterwards."""
    project = Composed(Docker(os.environ.get("DOCKER_HOST", ""), own=False))
    began = time.monotonic()
    project("build")
    print(f"\nimage built in {time.monotonic() - began:.0f} s; its layers:\n{project.docker.run('history', '--format', _LAYER, 'jianbao:test')}")
    try:
        began = time.monotonic()
        project("up", "--detach", "--no-build")
        project.await_healthy(*LASTING)
        print(f"healthy {time.monotonic() - began:.0f} s after `up`")
        feed(project, SAMPLE.read_bytes(), external_id="sample")
        await_found(project, "零碳工厂", FIRST)
        print(f"the sample found {time.monotonic() - began:.0f} s after `up`")
        yield project
    finally:
        project.down()
    assert project.left() == []


_LAYER = "{{.Size}}\t{{.CreatedBy}}"


def feed(project: Composed, content: bytes, *, external_id: str) -> None:
    """Feed a digest through the published port; tried again while ingest says that it can't."""

    def taken() -> bool:
        try:
            answer = httpx.post(
                f"{project.ingest}/v1/digests",
                params={"source": "compose", "external_id": external_id},
                content=content,
                headers={"Content-Type": "text/plain; charset=utf-8"},
                timeout=30,
            )
        except httpx.TransportError:
            return False
        return answer.status_code == 202

    project.until(taken)


def found(project: Composed, query: str) -> list[str]:
    """Headlines of the hits; [] while search does not answer."""
    try:
        answer = httpx.get(f"{project.search}/api/search", params={"q": query}, timeout=30)
        return [hit["headline"] for hit in answer.json()["hits"]] if answer.status_code == 200 else []
    except httpx.TransportError:
        return []


def await_found(project: Composed, query: str, headline: str) -> None:
    """Return when the query finds the headline."""
    project.until(lambda: headline in found(project, query), seconds=SEARCHABLE_SECONDS)


def digest(number: int) -> tuple[bytes, str]:
    """A digest of one item with a title of its own, and that title."""
    title = f"第{number}号园区:建成储能电站{number}座"
    return f"能源简报\n\n一、{title}\n该园区称,{title.split(':')[1]},由当地电网公司运营。\n".encode(), title


def test_the_sample_fed_through_the_published_port_is_found(composed: Composed) -> None:
    """First of all hits, as in the README."""
    assert found(composed, "零碳工厂")[0] == FIRST


@pytest.mark.parametrize("path", ["/", "/search?q=零碳工厂", "/pipeline", "/docs", "/openapi.json", "/healthz", "/readyz", "/metrics"])
def test_pages_answer(composed: Composed, path: str) -> None:
    """Through the published port, without a key on this machine."""
    assert httpx.get(composed.search + path, timeout=30).status_code == 200


def test_the_pipeline_page_is_green(composed: Composed) -> None:
    """Every service reaches every other; a picture of it is kept in build/."""
    composed.until(lambda: httpx.get(f"{composed.search}/api/health/report", timeout=30).json()["state"] == "green", seconds=60)
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium to take the picture with")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-background-networking"])
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{composed.search}/pipeline")
        Path(ROOT, "build").mkdir(exist_ok=True)
        page.screenshot(path=ROOT / "build" / "compose-pipeline.png", full_page=True)
        chromium.close()


@pytest.mark.parametrize("service", OURS)
def test_containers_are_locked_down(composed: Composed, service: str) -> None:
    """Not root, nothing writable but /tmp, no capability, a limit of memory."""
    (container,) = composed.containers(service)
    assert container["Config"]["User"] == "jianbao"
    assert container["HostConfig"]["ReadonlyRootfs"]
    assert container["HostConfig"]["CapDrop"] == ["ALL"]
    assert container["HostConfig"]["Memory"] > 0
    assert container["Config"]["Labels"]["org.opencontainers.image.licenses"] == "Apache-2.0"


def test_a_second_worker_takes_partitions(composed: Composed) -> None:
    """`--scale enrich=2`: both have some, and what is fed then is found."""
    composed("up", "--detach", "--no-build", "--scale", "enrich=2")
    composed.await_healthy("enrich", count=2)
    composed.until(lambda: sorted(map(bool, asyncio.run(_partitions(composed)))) == [True, True], seconds=90)
    content, title = digest(1)
    feed(composed, content, external_id="scaled")
    await_found(composed, "第1号园区", title)
    composed("up", "--detach", "--no-build", "--scale", "enrich=1")


async def _partitions(project: Composed) -> list[int]:
    """How many partitions each member of the enrich group holds."""
    admin = AIOKafkaAdminClient(bootstrap_servers=project.kafka)
    await admin.start()
    try:
        (described,) = await admin.describe_consumer_groups([Topics().enrich_group])
        groups = described.to_object()["groups"]
        return [len(_assigned(member["member_assignment"])) for group in groups for member in group["members"]]
    finally:
        await admin.close()


def _assigned(assignment: bytes) -> list[int]:
    """Partitions in a member's assignment: version, then topics with their partitions, as Kafka's consumer protocol has it."""
    if not assignment:
        return []
    decoded = ConsumerProtocolMemberAssignment.decode(assignment)
    return [partition for _, partitions in decoded.assignment for partition in partitions]


def test_nothing_has_complained(composed: Composed) -> None:
    """No line of error in our services' logs while nothing was broken."""
    assert composed.complaints() == []


@pytest.mark.parametrize(("number", "service"), list(enumerate(LASTING, start=2)))
def test_what_is_killed_comes_back(composed: Composed, number: int, service: str) -> None:
    """kill -9 of the process in each container: started again, healthy, and a digest fed then is found."""
    composed.kill(service)
    content, title = digest(number)
    feed(composed, content, external_id=f"after-{service}")
    await_found(composed, f"第{number}号园区", title)
    composed.await_healthy(*LASTING)


def test_down_and_up_again_keeps_the_data(composed: Composed) -> None:
    """The volumes stay: what was found is found, and nothing is fed twice."""
    before = httpx.get(f"{composed.search}/api/search", params={"q": "园区"}, timeout=30).json()["total"]
    composed("down")
    assert composed.docker.run("ps", "--quiet", "--filter", f"label=com.docker.compose.project={composed.project}").split() == []
    composed("up", "--detach", "--no-build")
    composed.await_healthy(*LASTING)
    await_found(composed, "零碳工厂", FIRST)
    assert httpx.get(f"{composed.search}/api/search", params={"q": "园区"}, timeout=30).json()["total"] == before
