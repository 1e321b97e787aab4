"""Structured logs on stderr: JSON for machines, coloured text for people; the standard library's loggers go the same way.

Logs carry ids, places, counts and reasons; never a digest's text, a key or a password.
"""

import logging
import sys
import time

import structlog

from shared.settings import CommonSettings

QUIET_SECONDS = 10.0
"""While a broker is away aiokafka logs some fifty errors a second; each message is let through once in this time."""

_CHATTY = ("aiokafka", "faust", "mode", "elastic_transport")


class RateLimit(logging.Filter):
    """Lets each message (by its unformatted text) of a chatty library through once in QUIET_SECONDS."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this record is let through."""
        if not record.name.startswith(_CHATTY):
            return True
        key, now = (record.name, str(record.msg)[:80]), time.monotonic()
        if now - self._last.get(key, -QUIET_SECONDS) < QUIET_SECONDS:
            return False
        if len(self._last) > 1000:  # messages with changing text must not fill the memory
            self._last.clear()
        self._last[key] = now
        return True


def setup(service: str, settings: CommonSettings) -> None:
    """Send all logs of this process to stderr in the form that the settings name, each with its service."""
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info if settings.log_format == "json" else _unchanged,
    ]
    # Python's own traceback: the renderer's default one shows local variables, and with them texts and keys, and holds an event loop up for seconds.
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(RateLimit())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in ("aiokafka", "faust", "mode", "elastic_transport", "uvicorn.access", "httpx"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(service=service)


def _unchanged(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return event


def get(name: str) -> structlog.stdlib.BoundLogger:
    """A logger by module name: `log = get(__name__)`, then `log.info("indexed", items=9)`."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger
