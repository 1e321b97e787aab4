"""requirements.lock: it fits pyproject.toml, names no registry, and its production part holds no developers' tools."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.lock import part

ROOT = Path(__file__).parent.parent.parent
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

SMALL = """\
a==1.0 \\
    --hash=sha256:00
    # via jianbao (pyproject.toml)
b==2.0 ; sys_platform == 'linux' \\
    --hash=sha256:01 \\
    --hash=sha256:02
    # via
    #   a
    #   tool
tool==3.0 \\
    --hash=sha256:03
    # via jianbao (pyproject.toml:dev)
only-tool==4.0 \\
    --hash=sha256:04
    # via tool
"""


def pins(lock: str) -> dict[str, str]:
    """Version by package name."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", lock, flags=re.MULTILINE))


def test_every_requirement_is_pinned_within_its_bounds() -> None:
    """After a change of pyproject.toml without `make lock` this fails, without any network."""
    locked = pins(LOCK)
    wanted = [
        *PROJECT["project"]["dependencies"],
        *(line for extra in PROJECT["project"]["optional-dependencies"].values() for line in extra),
        *PROJECT["dependency-groups"]["dev"],
        *PROJECT["build-system"]["requires"],
    ]
    unmet = [
        line
        for line in wanted
        if (need := Requirement(line)).specifier.contains(locked.get(canonicalize_name(need.name), "0"), prereleases=True) is False
    ]
    assert unmet == []


def test_every_package_has_hashes_and_nothing_names_a_registry() -> None:
    """pip installs it with --require-hashes from wherever its user's registry is."""
    blocks = re.split(r"\n(?=[a-z0-9])", LOCK.strip())
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert not re.search(r"https?://|--index-url|--find-links", LOCK)


def test_a_part_holds_what_its_roots_need() -> None:
    """Needs of needs are in, hashes and markers stay, what only tools need is out."""
    assert list(pins(part(SMALL))) == ["a", "b"]
    assert "--hash=sha256:02" in part(SMALL)
    assert "sys_platform == 'linux'" in part(SMALL)
    assert list(pins(part(SMALL, ["tool"]))) == ["b", "tool", "only-tool"]


def test_production_has_the_services_needs_and_no_tools() -> None:
    """What the image installs."""
    production = set(pins(part(LOCK)))
    assert {"aiokafka", "faust-streaming", "elasticsearch", "fastapi", "uvicorn", "orjson"} <= production
    assert not production & {"pytest", "mypy", "ruff", "playwright", "uv", "hatchling", "testcontainers"}


def test_a_package_locked_for_several_pythons_stays_for_each() -> None:
    """Whatever Python the image has, it gets the version that is meant for it."""
    lock = """\
n==1.0 ; python_full_version < '3.12' \\
    --hash=sha256:00
    # via jianbao (pyproject.toml)
n==2.0 ; python_full_version >= '3.12' \\
    --hash=sha256:01
    # via jianbao (pyproject.toml)
"""
    assert part(lock) == lock
