"""A finding → its sentences: symptom, action and impact, in Chinese for pages and in English for programs. Pure.

The sentences are in data/texts.toml; an action may have a command to copy.
"""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import NamedTuple

from services.monitor.report.facts import ENGINES, Service
from services.monitor.report.rules import Finding
from shared.dead_letters.kinds import kind
from shared.health.causes import cause
from shared.health.commands import fitting
from shared.settings import RunBy

STAGES: dict[Service, str] = {"ingest": "接收", "enrich": "加工", "index": "入库", "search": "检索", "fetch": "抓取"}


class Sentences(NamedTuple):
    """In one language."""

    symptom: str
    action: str
    impact: str


class Texts(NamedTuple):
    """Of one kind of finding."""

    chinese: Sentences
    english: Sentences
    command: str | None = None


def _read() -> dict[str, Texts]:
    said = tomllib.loads((files("services.monitor.report") / "data" / "texts.toml").read_text("utf-8"))
    return {code: Texts(Sentences(**texts["chinese"]), Sentences(**texts["english"]), texts.get("command")) for code, texts in said.items()}


TEXTS = _read()
"""By code, or by code and part."""

_CATCH_UP = "新简报暂时检索不到，恢复后自动补上，不会丢失。"
_CATCH_UP_EN = "New digests are not searchable for now; they catch up by themselves, and nothing is lost."

_IMPACTS: dict[Service, tuple[str, str]] = {
    "ingest": ("送不进新简报，须由送方重送；已入库的仍可检索。", "No digest can be fed; feeders have to send again."),
    "enrich": (_CATCH_UP, _CATCH_UP_EN),
    "index": (_CATCH_UP, _CATCH_UP_EN),
    "search": ("暂时不能检索；接收与入库照常。", "Nothing can be searched for now; feeding and indexing go on."),
    "fetch": ("订阅的来源暂不抓取，恢复后自动补上。", "Sources are not fetched for now; that is caught up by itself."),
}


class Said(NamedTuple):
    """A finding in words."""

    chinese: Sentences
    english: Sentences
    command: str | None
    detail: str | None = None
    """An error as a program said it, where the sentences give its cause"""


def said(finding: Finding, run_by: RunBy = "hand") -> Said:
    """Return a finding's sentences, with the command that fits how the stack runs; raises KeyError for a code without texts."""
    texts = TEXTS.get(finding.key) or TEXTS[finding.code]
    facts = dict(finding.facts)
    service = facts.get("service")
    if service in STAGES:
        facts["stage"] = STAGES[service]
        facts["impact"], facts["impact_en"] = _IMPACTS[service]
    raw = str(facts.get("raw") or "")
    facts |= _why(raw, finding)
    if finding.code == "dead_letters":
        facts |= _dead(facts)
    seconds = facts.get("seconds")
    if isinstance(seconds, int | float):
        facts |= {"waited": f"，最久的已等 {_chinese(seconds)}", "waited_en": f" for up to {seconds:.0f} s"}
    else:
        facts |= {"waited": "", "waited_en": ""}
    chinese, english = (Sentences(*(part.format(**facts) for part in each)) for each in (texts.chinese, texts.english))
    command = texts.command.format(**facts) if texts.command else None
    return Said(chinese, english, None if command == "None" else fitting(command, run_by), raw or None)


def _dead(facts: Mapping[str, object]) -> dict[str, str]:
    """Return why digests died and what to do: of the error that most of them have, where there is such a one."""
    error, kinds = str(facts["error"]), facts["kinds"]
    if kinds != 1 and not facts["most"]:
        return {
            "mostly": f"有 {kinds} 种原因",
            "do": "请在“未能处理”页看各种原因，逐一处理。",
            "mostly_en": f"for {kinds} reasons",
            "do_en": "See what each means, and handle them one by one.",
        }
    means = kind(str(facts["service"]), error)
    mostly, mostly_en = ("原因是", "as") if kinds == 1 else ("多为", "mostly as")
    return {
        "mostly": f"{mostly}“{means.chinese.title}”",
        "do": means.chinese.action,
        "mostly_en": f"{mostly_en} {means.english.title} ({error})",
        "do_en": means.english.action,
    }


def _why(raw: str, finding: Finding) -> dict[str, str]:
    """Return the cause of an error in either language, with its subject where the sentence has another; none where another finding says it."""
    found = cause(raw) if finding.because is None else None
    if found is None:
        return {"why": "", "why_en": f": {raw}" if raw and finding.because is None else ""}
    own = finding.part in ENGINES
    about = "" if own else next((f"{name} " for name in ("Kafka", "Elasticsearch") if name in raw), "")
    # “Elasticsearch 的主机名…”, and without a subject “主机名…”
    chinese = f"{about}{found.chinese}" if about else found.chinese.removeprefix("的").lstrip()
    return {"why": f"：{chinese}", "why_en": f": {about or 'it '}{found.english}"}


def _chinese(seconds: float) -> str:
    for size, unit in ((86400, "天"), (3600, "小时"), (60, "分钟")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} 秒"
