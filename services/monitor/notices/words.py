"""What changed in the pipeline → the notice that says it, in Chinese. Pure."""

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b

from shared.health.report import Report, Trouble
from shared.notices.grouping import Bundle, Symptom
from shared.notices.notice import Level, Line, Notice


def symptoms(report: Report) -> list[Symptom]:
    """Return what is to be told of a report: its causes, as what they explain goes away with them."""
    return [Symptom(f"{one.code}/{one.part}", "red" if one.state == "red" else "yellow", _line(one)) for one in report.causes]


def unsure(report: Report) -> Callable[[str], bool]:
    """Return whether a trouble that is no cause any more may be there all the same, by its key.

    Another explains it now; or an engine is away, so that nobody can look; or the first comparison is not done yet.
    """
    explained = {f"{one.code}/{one.part}" for one in report.symptoms}
    blind = any(one.code == "engine_away" for one in report.causes)
    comparing = any(one.code == "content_starting" for one in (*report.causes, *report.symptoms))
    return lambda key: key in explained or (blind and not key.startswith(("engine_away/", "service_"))) or (comparing and key.startswith("content_"))


def _line(trouble: Trouble) -> str:
    said = trouble.chinese
    command = f"（{trouble.command}）" if trouble.command else ""
    return f"{said.symptom}{said.impact}{said.action}{command}"


def notice(bundle: Bundle, *, channel: str, url: str | None, at: datetime) -> Notice:
    """Return what is told of a bundle; of the same bundle at the same time it has the same id."""
    standing = (*bundle.worse, *bundle.still)
    level: Level = "green" if not standing else "red" if any(one.colour == "red" for one in standing) else "yellow"
    lines = [
        *(Line(text=one.text) for one in bundle.worse),
        *(Line(text=f"仍未恢复：{one.text}") for one in bundle.still),
        *(Line(text=f"已恢复：{_first_sentence(one.text)}") for one in bundle.over),
    ]
    said = "\x1f".join([channel, at.isoformat(), *(line.text for line in lines)])
    return Notice(
        id=blake2b(said.encode(), digest_size=12).hexdigest(),
        level=level,
        title=_title(bundle),
        lines=tuple(lines),
        url=url,
        at=at,
    )


def _title(bundle: Bundle) -> str:
    parts = [
        f"{len(bundle.worse)} 项新问题" if bundle.worse else "",
        f"{len(bundle.still)} 项仍未恢复" if bundle.still else "",
        f"{len(bundle.over)} 项已恢复" if bundle.over else "",
    ]
    return f"简报流水线：{'，'.join(part for part in parts if part)}"


def _first_sentence(text: str) -> str:
    return text.partition("。")[0] + "。"
