"""Folders where JDKs are usually kept in, the one that both engines run on out.

Elasticsearch 9.5 needs Java 21 or later, Kafka 4.1 needs 17: both get the same one.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.engines.errors import JavaMissing

MINIMUM = 21


@dataclass(frozen=True)
class Jdk:
    """An installed Java: its home folder, its feature version (21, 25), and whether it can compile."""

    home: Path
    version: int

    @property
    def java(self) -> Path:
        """The program that runs Java."""
        return self.home / "bin" / "java"

    @property
    def javac(self) -> Path:
        """The compiler; a runtime (JRE) has none."""
        return self.home / "bin" / "javac"


BRIEF = ("-XX:TieredStopAtLevel=1",)
"""For a JVM that runs for seconds or minutes: only the quick compiler. Elasticsearch so starts in 7 s instead of 9.5, with 8 s of processor time
instead of 15; for hours the better code of the other one pays."""


def parse_version(text: str) -> int | None:
    """The feature version in what `java -version` prints or in a JDK's `release` file; None where there is none. Pure.

    Before Java 9 versions began with 1: 1.8.0_442 is Java 8.
    """
    found = re.search(r'(?:version |JAVA_VERSION=)"(\d+)(?:\.(\d+))?', text)
    if not found:
        return None
    first, second = found.groups()
    return int(second) if first == "1" and second else int(first)


def find_jdk(
    *,
    compiler: bool = False,
    usable: Callable[[Path], bool] = lambda home: True,
    homes: Iterable[Path] | None = None,
) -> Jdk:
    """The first Java that is new enough, one with a compiler before one without.

    `usable` says whether the user that Elasticsearch runs under can read a home. Raises JavaMissing, naming what was found.
    """
    found = _installed(likely_homes(os.environ) if homes is None else homes)
    able = [jdk for jdk in found if jdk.version >= MINIMUM and usable(jdk.home)]
    for jdk in able:
        if jdk.javac.is_file():
            return jdk
    if able and not compiler:
        return able[0]
    raise JavaMissing(_missing(found, able=able, usable=usable))


def _missing(found: list[Jdk], *, able: list[Jdk], usable: Callable[[Path], bool]) -> str:
    advice = f"Install a JDK {MINIMUM} or later (Temurin, or the system's package) and, if it is not found, set JAVA_HOME to it."
    if able:
        return f"{able[0].home} is Java {able[0].version} without a compiler (javac), needed once to build Elasticsearch's plugin. {advice}"
    closed = [jdk for jdk in found if jdk.version >= MINIMUM and not usable(jdk.home)]
    if closed:
        return (
            f"{closed[0].home} is Java {closed[0].version}, but the user that Elasticsearch runs under can't read it. "
            f"Install a JDK where every user can, for example below /usr/lib/jvm. {advice}"
        )
    if found:
        listed = ", ".join(f"Java {jdk.version} in {jdk.home}" for jdk in found)
        return f"Java {MINIMUM} or later is needed; found: {listed}. {advice}"
    return f"No Java was found (looked at JAVA_HOME, ES_JAVA_HOME, java on PATH, and the usual folders). {advice}"


def likely_homes(environ: Mapping[str, str]) -> Iterator[Path]:
    """Folders that may be a Java home, the most deliberate choice first; some may not exist."""
    for variable in ("JAVA_HOME", "ES_JAVA_HOME"):
        if environ.get(variable):
            yield Path(environ[variable])
    on_path = shutil.which("java", path=environ.get("PATH", ""))
    if on_path:
        yield Path(on_path).resolve().parent.parent
    for folder, pattern in (
        (Path("/usr/lib/jvm"), "*"),  # Debian, Fedora
        (Path("/usr/java"), "*"),
        (Path("/opt"), "*jdk*"),
        (Path("/Library/Java/JavaVirtualMachines"), "*/Contents/Home"),  # macOS
        (Path("/opt/homebrew/opt"), "openjdk*/libexec/openjdk.jdk/Contents/Home"),
        (Path.home() / ".sdkman/candidates/java", "*"),
    ):
        yield from sorted(folder.glob(pattern), reverse=True)


def _installed(homes: Iterable[Path]) -> list[Jdk]:
    found: dict[Path, Jdk] = {}
    for home in homes:
        real = home.resolve()
        if real not in found and (real / "bin" / "java").is_file():
            version = _version(real)
            if version:
                found[real] = Jdk(real, version)
    return list(found.values())


def _version(home: Path) -> int | None:
    try:
        version = parse_version((home / "release").read_text(encoding="utf-8", errors="replace"))
    except OSError:
        version = None
    if version:
        return version
    try:
        # 20 s: a JVM starts in well under one; this is for a machine that is swapping.
        answer = subprocess.run([home / "bin" / "java", "-version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    return parse_version(answer.stderr + answer.stdout)
