"""Letters, groups and one letter whole → tables and text for a terminal or a pipe."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from shared.dead_letters.excerpt import excerpt
from shared.dead_letters.headers import PREFIX, SourceRecord
from shared.dead_letters.letter import Letter
from shared.dead_letters.register import Register
from shared.dead_letters.selection import Group
from shared.dead_letters.state import Standing
from shared.operations import Operation
from shared.terminal import printable
from shared.text.dates import shown

HEADER_LENGTH = 500
"""Characters of an original header that are shown: a RawDigest has some 400."""


def _table(*headings: str, right: Sequence[str] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for heading in headings:
        table.add_column(heading, justify="right" if heading in right else "left", overflow="fold")
    return table


def _row(table: Table, *cells: object) -> None:
    # Text, not str: what a message says must not be read as markup.
    table.add_row(*(Text(printable(str(cell))) for cell in cells))


def state(standing: Standing) -> str:
    """Its state, how often it was tried, and what stands for it."""
    said = standing.state if standing.newer is None else f"superseded by {standing.newer}"
    return f"{said}, tried {standing.tries}×" if standing.tries else said


def show_list(letters: Sequence[Letter], register: Register, *, of: int) -> None:
    """A line for each letter, and how many there are in all."""
    console = Console()
    table = _table("letter", "time", "state", "stage", "error", "source", "digest", "size", "message", right=("size",))
    for letter in letters:
        said = state(register.standing(letter.place))
        facts = (
            letter.place,
            shown(letter.at),
            said,
            letter.stage,
            letter.error,
            letter.source,
            letter.digest_id,
            f"{letter.size:,}",
            letter.message,
        )
        _row(table, *facts)
    console.print(table)
    console.print(Text(f"{len(letters)} of {of} dead letters"))


def show_groups(groups: Sequence[Group]) -> None:
    """A line for each error of a stage."""
    console = Console()
    table = _table("count", "stage", "error", "sources", "retrying", "first", "last", "newest", "its message", right=("count", "sources", "retrying"))
    for group in groups:
        times = shown(group.first_at), shown(group.last_at)
        _row(table, group.count, group.stage, group.error, group.sources, group.retrying, *times, group.newest, group.message)
    console.print(table)
    console.print(Text(f"{sum(group.count for group in groups)} dead letters in {len(groups)} groups"))


def show_letter(letter: Letter, register: Register, record: SourceRecord) -> None:
    """All that is known of one letter, and the beginning of its bytes."""
    console = Console(highlight=False)
    facts = [
        ("letter", letter.place),
        ("state", state(register.standing(letter.place))),
        ("stage", letter.stage),
        ("error", letter.error),
        ("message", letter.message),
        ("given up on", f"{shown(letter.at)}, first tried {shown(letter.first_at)}, attempts {letter.attempts}, code {letter.code}"),
        ("came from", letter.origin),
        ("digest", letter.digest_id),
        ("source", letter.source),
        ("revision", "" if letter.revision is None else letter.revision),
        ("size", f"{letter.size:,} bytes"),
    ]
    for name, value in facts:
        console.print(Text(f"{name:<12}", style="dim") + Text(printable(str(value))), soft_wrap=True)
    for name, header in record.headers:
        if not name.startswith(PREFIX):
            told = printable(excerpt(header, length=HEADER_LENGTH))
            console.print(Text(f"{'header':<12}", style="dim") + Text(f"{printable(name)}: {told}"), soft_wrap=True)
    for before in register.lineage(letter.place):
        _show_history(console, f"as {before.place}", register.history(before.place))
    _show_history(console, "", register.history(letter.place))
    console.print()
    for line in excerpt(record.value).split("\n"):
        console.print(Text(line.expandtabs(4)), soft_wrap=True)


def _show_history(console: Console, which: str, operations: Sequence[Operation]) -> None:
    for one in operations:
        said = [shown(one.at), which, one.action, one.outcome, f"by {one.by}", one.detail, f"“{one.reason}”" if one.reason else ""]
        console.print(Text(f"{'history':<12}", style="dim") + Text(printable("  ".join(part for part in said if part))), soft_wrap=True)
