"""A running pipeline with its monitor → what the health report says of it, waited for as an operator would read it.

Read at search (`/api/health/report`), as people do, and at the monitor (`/report`), which both have to say it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from shared.health.report import Report, Trouble, read
from tests.pipeline import Pipeline, wait_for
from tests.sizes import LONG

TOLD_SECONDS = 15.0 if LONG else 30.0
"""From when a thing breaks until both say so. Fifteen are promised; beside three other workers on two cores all takes twice as long."""

GREEN_SECONDS = 60.0
"""From the repair: services start again in some seconds, and Elasticsearch shows what was written after one."""


@dataclass
class Told:
    """Reads the report of a pipeline."""

    pipeline: Pipeline
    took: list[str] = field(default_factory=list)
    """What was told after how long, for whoever looks"""

    def reports(self) -> list[Report]:
        """What search and the monitor say; of one that does not run nothing."""
        found = []
        for service, path in (("search", "/api/health/report"), ("monitor", "/report")):
            if service in self.pipeline.children:
                try:
                    found.append(read(self.pipeline.get_bytes(service, path)))
                except (httpx.HTTPStatusError, httpx.TransportError):
                    return []
        return found

    def troubles(self) -> dict[str, Trouble]:
        """What all of them say, by code and part."""
        said = [{f"{one.code}/{one.part}": one for one in (*report.causes, *report.symptoms)} for report in self.reports()]
        return {key: one for key, one in said[0].items() if all(key in other for other in said)} if said else {}

    def causes(self) -> set[str]:
        """What search says that nothing else explains, by code and part; of the monitor where there is no search."""
        said = self.reports()
        return {f"{one.code}/{one.part}" for one in said[0].causes} if said else set()

    def until(self, *keys: str, seconds: float = TOLD_SECONDS, because: str | None = None) -> None:
        """Return once all of these are told, each explained by `because` where that is given; raises TimeoutError."""
        began, left = time.monotonic(), set(keys)

        def are_told() -> bool:
            for key, one in self.troubles().items():
                if key in left and (because is None or one.because == because):
                    left.discard(key)
                    self.took.append(f"{key} after {time.monotonic() - began:.1f} s")
            return not left

        try:
            wait_for(are_told, f"{', '.join(keys)} to be told", seconds=seconds)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; not told: {left}; told: {self.say()}") from error

    def gone(self, *keys: str, seconds: float = GREEN_SECONDS) -> None:
        """Return once none of these is told any more; raises TimeoutError."""
        self._until(lambda: bool(self.reports()) and not self.troubles().keys() & set(keys), f"{keys} to be over", seconds)

    def green(self, *, seconds: float = GREEN_SECONDS) -> None:
        """Return once all is green; raises TimeoutError that names what is not."""

        def is_green() -> bool:
            said = self.reports()
            return bool(said) and all(report.state == "green" for report in said)

        began = time.monotonic()
        self._until(is_green, "all to be green", seconds)
        self.took.append(f"green after {time.monotonic() - began:.1f} s")

    def say(self) -> list[str]:
        """What is told now, in words."""
        said = []
        for one in self.troubles().values():
            why = f" (because of {one.because})" if one.because else ""
            said.append(f"{one.code}/{one.part}: {one.english.symptom}{why}")
        return said

    def _until(self, holds: Callable[[], bool], what: str, seconds: float) -> None:
        try:
            wait_for(holds, what, seconds=seconds)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; told: {self.say()}") from error
