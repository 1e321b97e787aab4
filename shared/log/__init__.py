"""Structured logs on stderr: JSON for machines, coloured text for people; the standard library's loggers go the same way.

Logs carry ids, places, counts and reasons; never a digest's text, a key or a password. Warnings and errors of one
kind are written a few times in ten seconds; how many more there were is written then (shared.log.quiet).
"""

import logging
import math
import sys
import time
from collections.abc import Callable
from typing import TextIO

import structlog

from shared.log.quiet import Kind, Quiet
from shared.settings import CommonSettings

_CHATTY = ("aiokafka", "asyncio", "elastic_transport", "faust", "mode", "uvicorn")
"""Libraries that say the same fifty times a second while something is away: it is heard once in a while."""


class Handler(logging.StreamHandler[TextIO]):
    """Writes to a stream what is not the same as before, and how often that was left out."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(stream)
        self._quiet = Quiet()
        self._clock = clock

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record if it is to be heard, after what is to be told of others."""
        now = self._clock()
        self._tell(now)
        times = 1 if record.name.startswith(_CHATTY) else Quiet.TIMES
        if record.levelno < logging.WARNING or self._quiet.hears(_kind(record), now, times=times):
            super().emit(record)

    def close(self) -> None:
        """Tell what was left out and is not told yet; logging calls it when the process ends."""
        self._tell(math.inf)
        super().close()

    def _tell(self, now: float) -> None:
        for (name, said, error), count in self._quiet.left_out(now):
            text = f"{count} more were left out: {said}" + (f" ({error})" if error else "")
            super().emit(logging.LogRecord(name, logging.WARNING, "", 0, text, None, None))


def _kind(record: logging.LogRecord) -> Kind:
    """What two records of a kind share: logger, text without its arguments, the class of the error."""
    said = record.msg.get("event") if isinstance(record.msg, dict) else record.msg
    error = record.exc_info[0] if record.exc_info else None
    return record.name, str(said)[:80], error.__name__ if error is not None else ""


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
    handler = Handler(sys.stderr)
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
