"""Settings, topics, metrics and commands as the code has them in, the tables of README.md out.

    python -m scripts.tables          writes them between the marks `<!-- table: NAME -->` and `<!-- end -->`

tests/unit/test_docs.py fails when README.md has others, so what it says is always what the code does.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from prometheus_client import Counter, Gauge, Histogram
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from shared import metrics, rights, settings
from shared.topics import DAY_MS, MIB, Topics

README = Path(__file__).parent.parent / "README.md"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; bars in cells are escaped."""
    lines = [list(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in [lines[0], ["---"] * len(lines[0]), *lines[1:]])


def setting_classes() -> list[type[BaseSettings]]:
    """The settings classes in the order of the module."""
    return [one for one in vars(settings).values() if isinstance(one, type) and issubclass(one, BaseSettings) and one is not BaseSettings]


def variables() -> Iterator[tuple[str, FieldInfo]]:
    """Each environment variable with its field."""
    for one in setting_classes():
        for name, field in one.model_fields.items():
            yield (str(one.model_config.get("env_prefix", "")) + name).upper(), field


def settings_table() -> str:
    """Variable, default, meaning."""
    return table(("variable", "default", "meaning"), ((f"`{name}`", _default(field), _meaning(field)) for name, field in variables()))


def _default(field: FieldInfo) -> str:
    value = field.default
    if value in (None, "", ()):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _meaning(field: FieldInfo) -> str:
    meaning = field.description or ""
    if get_origin(field.annotation) is Literal:
        meaning += f" ({', '.join(map(str, get_args(field.annotation)))})" if "for machines" not in meaning else ""
    if SecretStr in get_args(field.annotation):
        meaning += " (secret)"
    return meaning


def _days(number: int) -> str:
    return f"{number} day" if number == 1 else f"{number} days"


def topics_table() -> str:
    """Topic, key, value, largest message, how long it is kept."""
    contents = {
        "raw": ("digest_id", "the bytes as received; header `digest` says what is known of them (RawDigest)"),
        "enriched": ("digest_id", "EnrichedDigest as JSON: every item with its entities"),
        "dead": ("the original key", "the original bytes and headers; headers `dead.*` say what went wrong"),
        "operations": ("its subject", "Operation as JSON: what an operator did, who, when and why"),
        "clock": ("none", "none: Kafka's own time of a record tells ingest how far their clocks differ"),
        "tried": ("hash of content and limits", "as JSON, which digests were slow, or took their process's time, memory or life"),
        "sources": ("source", "Source as JSON: what was taught of it, issues with their right items"),
    }
    topics = Topics()
    rows = []
    for attribute, (key, value) in contents.items():
        topic = getattr(topics, attribute)
        kept = "the newest of a key" if topic.compacted else "for ever" if topic.retention_ms < 0 else _days(topic.retention_ms // DAY_MS)
        rows.append((f"`{topic.name}`", key, value, f"{topic.max_message_bytes // MIB} MiB", kept))
    return table(("topic", "key", "value", "largest", "kept"), rows)


def metric_names() -> dict[str, Counter | Gauge | Histogram]:
    """Each metric by the name that Prometheus shows."""
    found = [value for value in vars(metrics).values() if isinstance(value, Counter | Gauge | Histogram)]
    return {metric._name + ("_total" if isinstance(metric, Counter) else ""): metric for metric in found}


def metrics_table() -> str:
    """Metric, type, labels, meaning."""
    return table(
        ("metric", "type", "labels", "meaning"),
        (
            (f"`{name}`", type(metric).__name__.lower(), ", ".join(f"`{label}`" for label in metric._labelnames), metric._documentation)
            for name, metric in metric_names().items()
        ),
    )


def commands() -> dict[str, str]:
    """Every command, those of groups too, with the first sentence of its help."""
    from services.cli.app import COMMANDS, loaded

    # Typer's groups and commands are click's, or those of a click of its own, by version: told apart by what they have.
    def walk(command: Any, path: str) -> Iterator[tuple[str, str]]:
        if hasattr(command, "commands"):
            if command.invoke_without_command:  # does something of its own
                yield path, command.get_short_help_str(limit=200)
            for name, inner in command.commands.items():
                yield from walk(inner, f"{path} {name}")
        else:
            yield path, command.get_short_help_str(limit=200)

    return dict(row for name in COMMANDS for row in walk(loaded(name), f"jianbao {name}"))


def commands_table() -> str:
    """Command, what it does."""
    return table(("command", "what it does"), ((f"`{name}`", does) for name, does in commands().items()))


def kafka_rights_table() -> str:
    """For each topic and group, what each program may do."""
    rows: dict[tuple[str, str], dict[str, list[str]]] = {}
    for program in rights.PROGRAMS:
        for right in rights.kafka(program, Topics()):
            place = (right.kind, f"`{right.name}`" + (" and what begins so" if right.prefix else ""))
            rows.setdefault(place, {}).setdefault(program, []).append(right.operation)
    cells = ([f"{kind} {name}", *(", ".join(by.get(program, ())) for program in rights.PROGRAMS)] for (kind, name), by in rows.items())
    return table(("on", *rights.PROGRAMS), cells)


def elasticsearch_rights_table() -> str:
    """For each program, its privileges on indices and on the cluster."""
    rows = []
    for program in rights.PROGRAMS:
        found: Any = rights.elasticsearch(program, "")
        if found is None:
            rows.append((program, "", "no login needed"))
            continue
        listed = (f"{', '.join(f'`{name}`' for name in part['names'])}: {', '.join(part['privileges'])}" for part in found["indices"])
        rows.append((program, ", ".join(found["cluster"]), "; ".join(listed)))
    return table(("program", "cluster", "indices"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "settings": settings_table,
    "topics": topics_table,
    "kafka rights": kafka_rights_table,
    "elasticsearch rights": elasticsearch_rights_table,
    "metrics": metrics_table,
    "commands": commands_table,
}


def written(text: str) -> str:
    """`text` with each table between its marks made anew; raises ValueError when a table's marks are missing."""
    for name, make in TABLES.items():
        before, mark, rest = text.partition(f"<!-- table: {name} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        if not mark or not end:
            raise ValueError(f"README.md has no place for the table {name}")
        text = f"{before}{mark}\n{make()}\n\n{end}{after}"
    return text


if __name__ == "__main__":
    before = README.read_text("utf-8")
    after = written(before)
    README.write_text(after, "utf-8")
    sys.stderr.write("README.md: tables written anew\n" if after != before else "README.md: tables are up to date\n")
