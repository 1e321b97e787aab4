"""A report → a table and words for people, or JSON for programs."""

from typing import Any

import orjson
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from services.operate.reconcile.finding import KINDS, WHERE, Finding
from services.operate.reconcile.run import Report


def line(finding: Finding, *, left: bool) -> str:
    """One finding, for people. Pure."""
    what = f"item {finding.item_id} of {finding.digest_id or 'no digest'}" if finding.item_id else finding.digest_id
    still = "still " if left else ""
    return f"{still}{finding.kind} {finding.where}: {what}{f' ({finding.detail})' if finding.detail else ''}"


def finding_json(finding: Finding, *, left: bool) -> bytes:
    """One finding as a JSON line. Pure."""
    said = {name: getattr(finding, name) for name in ("kind", "where", "digest_id", "item_id", "detail")}
    return orjson.dumps(said | {"after_repair": left})


def report_json(report: Report) -> bytes:
    """The whole as the last JSON line. Pure."""
    names = ("raw", "enriched", "items", "in_flight", "dead", "other", "deep", "repaired", "unconfirmed", "kept", "consistent")
    said: dict[str, Any] = {name: getattr(report, name) for name in names}
    counts = {name: {f"{kind} {where}": count for (kind, where), count in getattr(report, name).items()} for name in ("found", "left")}
    return orjson.dumps(said | counts)


def table(report: Report) -> None:
    """On standard output."""
    console = Console()
    shown = Table(box=box.SIMPLE_HEAD)
    for heading in ("", *KINDS):
        shown.add_column(heading, justify="right" if heading else "left")
    for where in WHERE:
        shown.add_row(
            {"enriched": "enriched topic", "manifest": "manifests", "item": "items"}[where], *(_cell(report, kind, where) for kind in KINDS)
        )
    console.print(shown)
    other = ", ".join(f"{count:,} in {topic}" for topic, count in report.other.items() if count)
    console.print(
        Text(
            f"{report.raw:,} digests in the archive, {report.enriched:,} enriched, {report.items:,} items in the index; "
            f"{report.in_flight:,} in flight, {report.dead:,} dead letters; texts compared of {report.deep:,} digests"
            + (f"; records of another form: {other}" if other else "")
        ),
        soft_wrap=True,
    )
    console.print(Text(said(report)), soft_wrap=True)


def said(report: Report) -> str:
    """The last words. Pure."""
    found, left = report.found.total(), report.left.total()
    kept = f" {report.kept:,} digests that no topic knows were left alone, as they are too many: are these topics whole?" if report.kept else ""
    if not found:
        return "No difference." + (" What is in flight was not compared." if report.in_flight else "")
    if not report.repaired:
        return f"{found:,} differences. Put them right: jianbao reconcile --repair{kept}"
    mended = f"{found:,} differences, {report.repaired:,} digests repaired"
    if report.unconfirmed:
        return (
            f"{mended}, of which {report.unconfirmed:,} were not answered for in time: do enrich and index run? Look again: jianbao reconcile{kept}"
        )
    if left:
        return f"{mended}, {left:,} differences left, which another way must mend (jianbao rebuild, jianbao withdraw).{kept}"
    return f"{mended} and checked again: no difference."


def _cell(report: Report, kind: str, where: str) -> str:
    found, left = report.found[kind, where], report.left[kind, where]
    if not found and not left:
        return "·"
    return f"{found:,}" if not report.repaired else f"{found:,} → {left:,}"
