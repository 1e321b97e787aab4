"""Letters, groups and one letter whole → tables and text for a terminal or a pipe."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from shared.dead_letters.excerpt import excerpt
from shared.dead_letters.groups import Group
from shared.dead_letters.headers import PREFIX, SourceRecord
from shared.dead_letters.kinds import Hope, Running, hope, kind
from shared.dead_letters.letter import Letter
from shared.dead_letters.register import Register
from shared.dead_letters.state import Standing
from shared.operations import Operation
from shared.terminal import printable
from shared.text.dates import shown

HEADER_LENGTH = 500
"""Characters of an original header that are shown: a RawDigest has some 400."""


STATES = {"open": "red", "retrying": "yellow"}


def _lines(console: Console, first: Text, *others: str) -> None:
    """A line that is seen, and others below it, which wrap within the terminal's width: Chinese takes two columns a letter."""
    console.print(first)
    for line in filter(None, others):
        console.print(Padding(Text(printable(line)), (0, 0, 0, 6)))


def state(standing: Standing) -> str:
    """Its state, how often it was tried, and what stands for it."""
    said = standing.state if standing.newer is None else f"superseded by {standing.newer}"
    return f"{said}, tried {standing.tries}×" if standing.tries else said


def show_list(letters: Sequence[Letter], register: Register, *, of: int) -> None:
    """Some lines for each letter, readable in 80 columns, and how many there are in all."""
    console = Console(highlight=False)
    for letter in letters:
        standing = register.standing(letter.place)
        first = Text(f"{letter.place!s:<6}", style="bold")
        first += Text(state(standing), style=STATES.get(standing.state, "dim"))
        first += Text(printable(f"  {letter.stage}: {letter.error}  {shown(letter.at)}"))
        _lines(console, first, letter.message, f"{letter.source or 'source unknown'} · {letter.size:,} bytes", letter.digest_id)
    console.print(Text(f"{len(letters)} of {of} dead letters", style="dim"))


HOPES: Mapping[Hope, str] = {
    "now": "may help: the failure is transient",
    "after": "helps once that is done",
    "newer": "may help: a newer build runs now",
    "no": "can't help: the same bytes end the same way",
}
"""What a retry promises."""


def show_groups(groups: Sequence[Group]) -> None:
    """A paragraph for each error of a stage: how many, since when, what it means, what to do, and whether a retry helps."""
    console = Console(highlight=False)
    for group in groups:
        means = group.kind.english
        console.print(Text(printable(f"{group.count:,} × {group.stage} {group.error}: {means.title}"), style="bold"))
        under_way = f", {group.retrying:,} sent again" if group.retrying else ""
        sources = ", ".join(f"{source or 'unknown'} {count:,}" for source, count in group.top_sources)
        more = f" and {group.sources - len(group.top_sources):,} more" if group.sources > len(group.top_sources) else ""
        would = f"; {group.retryable:,} would be sent" if group.retryable else ""
        lines = [
            ("when", f"since {shown(group.first_at)}, last {shown(group.last_at)}{under_way}"),
            ("from", sources + more),
            ("means", means.cause),
            ("do", means.action),
            ("retry", HOPES[group.hope] + would),
            ("sample", f"{group.newest} {group.message}"),
        ]
        # Two columns, so that a long sentence goes on below its own beginning.
        grid = Table.grid(padding=(0, 1))
        grid.add_column(style="dim", width=6)
        grid.add_column(overflow="fold")
        for name, said in lines:
            grid.add_row(name, Text(printable(said)))
        console.print(Padding(grid, (0, 0, 0, 2)))
        console.print()
    console.print(Text(f"{sum(group.count for group in groups):,} dead letters in {len(groups)} groups"))


def show_letter(letter: Letter, register: Register, record: SourceRecord) -> None:
    """All that is known of one letter, and the beginning of its bytes."""
    console = Console(highlight=False)
    means = kind(letter.stage, letter.error).english
    facts = [
        ("letter", letter.place),
        ("state", state(register.standing(letter.place))),
        ("stage", letter.stage),
        ("error", letter.error),
        ("message", letter.message),
        ("means", means.cause),
        ("do", means.action),
        ("retry", HOPES[hope(letter, Running())]),
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
