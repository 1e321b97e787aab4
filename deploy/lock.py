"""The lock file in, a part of it out: what runs in production, or what given packages need. Pure but for the script at its end.

    python deploy/lock.py <requirements.lock             what the package and its extras need, without the developers' tools
    python deploy/lock.py hatchling <requirements.lock   what hatchling needs, and itself

There is one lock, so that what is tested is what runs; its `# via` comments say who needs what, and every hash stays.
"""

import re
import sys
from collections.abc import Collection

PRODUCTION = ("jianbao (pyproject.toml)",)
"""How uv names what pyproject.toml asks for itself; what its group dev asks for is `jianbao (pyproject.toml:dev)`."""


def part(lock: str, roots: Collection[str] = PRODUCTION) -> str:
    """The lock's blocks that `roots` need, directly or not, and those of `roots` themselves, in the lock's order."""
    blocks = re.findall(r"^[A-Za-z0-9].*\n(?:[ #].*\n?)*", lock, flags=re.MULTILINE)
    # A package may stand there several times, in a version for each Python.
    packages = [(re.split(r"[=\[ ;]", block, maxsplit=1)[0], block) for block in blocks]
    reached = set(roots)
    while found := {name for name, block in packages if name not in reached and _needed_by(block) & reached}:
        reached |= found
    return "".join(block for name, block in packages if name in reached)


def _needed_by(block: str) -> set[str]:
    _, _, comment = block.partition("# via")
    return {name for line in comment.splitlines() if (name := line.strip(" #"))}


if __name__ == "__main__":
    sys.stdout.write(part(sys.stdin.read(), sys.argv[1:] or PRODUCTION))
