"""Settings, a client and a monitor → the search service as an ASGI app. Composition only."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

from elasticsearch import AsyncElasticsearch
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from services.search.answer import cursor
from services.search.answer.answers import Answers
from services.search.answer.finder import Finder
from services.search.answer.journeys import Journeys
from services.search.answer.revisions import KafkaRecords, Records, Revisions
from services.search.audit.records import KafkaOperations, OperationRecords
from services.search.errors import NotFound, SearchError, body, of_validation
from services.search.failures.grouped import Failures
from services.search.fed.listing import FedList
from services.search.fed.manifests import Manifests
from services.search.freshness.watch import HistorySource, SourceWatch
from services.search.models.sources import health as sources_health
from services.search.original.finder import OriginalFinder
from services.search.original.records import KafkaOriginals, Originals
from services.search.pipeline import canary
from services.search.pipeline.behind import SaysBehind
from services.search.pipeline.figures import PipelineAnswer
from services.search.pipeline.monitor import Monitor
from services.search.pipeline.reports import Reports
from services.search.quarantine.count import HeldCount
from services.search.quarantine.listing import Held
from services.search.query import places
from services.search.query.language.errors import QueryError
from services.search.query.synonym_file import SynonymFile
from services.search.stories.related import Related
from services.search.suggest.names import OtherNames
from services.search.suggest.past_queries import Past
from services.search.suggest.suggester import Suggester
from services.search.suggest.zero_results import HelpedSearch
from services.search.today.today import Today
from services.search.web import (
    access,
    audit,
    digests,
    documents,
    guide,
    health,
    items,
    pipeline,
    rendering,
    revisions,
    searching,
    shell,
    suggestions,
    today,
)
from services.search.web import synonyms as synonyms_routes
from services.search.web.access import SECURITY, KeyNeeded, SecurityHeaders
from services.search.web.client_gone import EndsWithClient
from services.search.web.csrf import Csrf
from services.search.web.dead import routes as dead_letters
from services.search.web.dead.service import DeadLetterService
from services.search.web.failures import routes as failures_routes
from services.search.web.fed import originals as fed_originals
from services.search.web.fed import own
from services.search.web.fed import routes as fed_list
from services.search.web.feeding import routes as feeding
from services.search.web.feeding.form import Forms
from services.search.web.feeding.known import sources
from services.search.web.feeding.routes import Page
from services.search.web.ingest_client import IngestClient
from services.search.web.journey import routes as journey
from services.search.web.quarantine import routes as quarantine
from services.search.web.sources import routes as source_pages
from services.search.web.sources.names import SourceNames
from shared.freshness.history import Histories
from shared.health import Health
from shared.health import routes as health_routes
from shared.health.guard import Guard
from shared.index_names import canary as canary_namespace
from shared.keys.door import Door
from shared.keys.ring import require
from shared.log import get
from shared.registry.listing import Listing
from shared.settings import CommonSettings, ElasticsearchSettings, HealthSettings, KafkaSettings, SearchSettings

log = get(__name__)

DESCRIPTION = '检索简报条目、查看简报与流水线。所有错误都是同一种形式:`{"error": {"code", "message", "status"}}`。'


def create_app(
    settings: SearchSettings,
    elastic: AsyncElasticsearch,
    monitor: Monitor,
    *,
    common: CommonSettings,
    elasticsearch: ElasticsearchSettings,
    ingest: IngestClient | None = None,
    reports: Reports | None = None,
    kafka: KafkaSettings | None = None,
    records: Records | None = None,
    originals: Originals | None = None,
    door: Door | None = None,
    health_settings: HealthSettings | None = None,
    listing: Listing | None = None,
    histories: HistorySource | None = None,
    operations: OperationRecords | None = None,
) -> FastAPI:
    """The app; the monitor runs while it does, and whoever gives `listing` keeps it up to date.

    Raises Misconfigured when bound beyond loopback without keys, or when their file can't be read.
    """
    door = door or access.door(settings, common.keys_file)
    require(settings.host, door.keyring, opened=settings.open, prefix="SEARCH_")
    secrets = door.keyring.secrets()
    key = cursor.signing_key(common.namespace, secrets)
    desk = DeadLetterService(lambda: monitor.register, lambda: monitor.dead_complete, kafka or KafkaSettings(), common.topics)
    synonyms = SynonymFile(settings.synonyms)
    finder = Finder(elastic, elasticsearch, synonyms, namespace=common.namespace, key=key)
    journeys = Journeys(elastic, elasticsearch, namespace=common.namespace, letters=lambda digest_id: monitor.register.of(digest_id))
    answers = Answers(elastic, elasticsearch, namespace=common.namespace, way=journeys.way)
    ingest = ingest or IngestClient(settings.ingest_url)
    reports = reports or Reports(settings.monitor_health_url, run_by=common.run_by)
    listing = listing or Listing(light=True)
    watch = SourceWatch(histories or Histories(elastic, elasticsearch, namespace=common.namespace), listing)
    past = Past(elastic, namespace=common.namespace) if settings.keep_queries else None

    def seen() -> PipelineAnswer:
        return monitor.pipeline().model_copy(update={"sources": sources_health(watch.now())})

    async def other_names() -> OtherNames:
        return (await synonyms.current()).alternatives

    suggester = Suggester(elastic, elasticsearch, namespace=common.namespace, past=past, other_names=other_names, source_names=listing.names)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(places.sounds)  # the first request that needs them would hold up all others
        async with monitor.running(), watch.running(), reports.following():
            suggester.start()
            try:
                yield
            finally:
                await suggester.close()
                await desk.runs.close()

    # FastAPI's own documentation page loads scripts from elsewhere; ours is services.search.web.guide.
    app = FastAPI(
        title="简报 jianbao", version="1", description=DESCRIPTION, docs_url=None, redoc_url=None, openapi_url="/openapi.json", lifespan=lifespan
    )
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        return access.described(describe(), door)

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend the schema
    forms = Csrf(common.namespace, secrets)
    related = Related(elastic, elasticsearch, namespace=common.namespace)
    records = records or KafkaRecords(kafka or KafkaSettings(), common.topics.enriched.name)
    manifests = Manifests(elastic, elasticsearch, namespace=common.namespace)
    fed = FedList(manifests, lambda: monitor.register, lambda: monitor.dead_complete)
    shelf = Held(elastic, elasticsearch, namespace=common.namespace)
    failures = Failures(desk, lambda: monitor.held, shelf, lambda: watch.now().sources)
    finds = OriginalFinder(answers, originals or KafkaOriginals(kafka or KafkaSettings(), common.topics.raw.name))
    known, suggested = own.known(fed, ingest), sources(elastic, common.namespace, listing)
    for resource in (
        today.router(Today(elastic, elasticsearch, namespace=common.namespace)),
        searching.router(HelpedSearch(finder, suggester), finder),
        items.router(answers, related, journeys),
        digests.router(answers, known, journeys),
        pipeline.router(seen),
        health.router(reports, seen),
        journey.router(journeys),
        synonyms_routes.router(synonyms),
        suggestions.router(suggester, finder.search, finder.question),
        revisions.router(Revisions(answers, records)),
        fed_list.router(fed, ingest, suggested),
        fed_originals.router(finds, known),
        failures_routes.router(failures, desk),
        dead_letters.router(desk, forms),
        source_pages.router(watch, ingest, forms),
        audit.router(operations or KafkaOperations(kafka or KafkaSettings(), common.topics.operations.name)),
        feeding.router(Page(ingest, answers, suggested, forms, door, Forms())),
        quarantine.router(shelf, ingest, forms),
        documents.router(related),
        guide.router(app.openapi),
    ):
        app.include_router(resource, dependencies=[Depends(own.gate(known))])
    app.mount("/static", shell.static_files(), name="static")
    ready = {"elasticsearch": monitor.index_answers, "keys": door.keyring.check}
    checks = Health("search", live={"monitor": monitor.check}, ready=ready)
    guard = Guard(settings.host, health_settings or HealthSettings())
    app.router.routes.extend(health_routes(checks, guard))
    canaries = Finder(elastic, elasticsearch, synonyms, namespace=canary_namespace(common.namespace), key=key)
    app.router.routes.extend(canary.routes(canaries, finder, guard))
    _answer_errors(app)
    app.add_middleware(EndsWithClient)
    app.add_middleware(SourceNames, listing=listing)
    app.add_middleware(SaysBehind, last=reports.behind)
    app.add_middleware(shell.PathSeen)
    app.add_middleware(HeldCount, count=lambda: monitor.held, failed=lambda: monitor.register.waiting)
    app.add_middleware(KeyNeeded, door=door)
    app.add_middleware(SecurityHeaders)
    return app


def _answer_errors(app: FastAPI) -> None:
    """Every error in one shape: JSON under /api, a page elsewhere."""

    def answer(request: Request, status: int, code: str, message: str, chinese: str, headers: Mapping[str, str] | None = None) -> Response:
        headers = {"Retry-After": "5"} if status == 503 else dict(headers or {})
        if request.url.path.startswith(("/api/", "/static/")) or request.url.path == "/api":
            return JSONResponse(body(status, code, message), status, headers)
        return rendering.error_page(request, status, chinese, message, headers)

    @app.exception_handler(QueryError)
    async def unread(request: Request, error: QueryError) -> Response:
        if request.url.path.startswith("/api/"):
            where = {"position": error.position, "length": error.length, "suggestion": error.suggestion, "chinese": error.chinese}
            return JSONResponse(body(error.status, error.code, error.message, **where), error.status)
        return rendering.query_page(request, error)

    @app.exception_handler(SearchError)
    async def ours(request: Request, error: SearchError) -> Response:
        if error.status >= 500:
            log.warning("search failed", code=error.code, message=str(error))
        return answer(request, error.status, error.code, str(error), error.chinese)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        if not request.url.path.startswith("/api/") and any(problem["loc"][0] == "path" for problem in error.errors()):
            return answer(request, 404, NotFound.code, "not found", NotFound.chinese)
        return answer(request, 422, "invalid_parameter", of_validation(error.errors()), "查询条件不对，请修改后再试。")

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        code, chinese = (NotFound.code, NotFound.chinese) if error.status_code == 404 else ("http_error", "这个地址不能这样访问。")
        # With the methods that a 405 has to name.
        return answer(request, error.status_code, code, str(error.detail), chinese, error.headers)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        log.error("unexpected error", path=request.url.path, error=type(error).__name__, exc_info=error)
        answered = answer(request, 500, SearchError.code, "something went wrong here; the log says what", SearchError.chinese)
        answered.headers.update(SECURITY)  # the server itself sends this one, around our middleware
        return answered
