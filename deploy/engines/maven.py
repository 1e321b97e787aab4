"""pom.xml and artifacts.toml in, a folder with exactly the files that artifacts.toml names out.

Maven is what fetches: it knows the user's mirrors, proxies and credentials.
"""

import hashlib
import itertools
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.engines.errors import FetchFailed, MavenMissing
from deploy.engines.java import Jdk

HERE = Path(__file__).parent
POM = HERE / "pom.xml"
MANIFEST = HERE / "artifacts.toml"

GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
"""By its full name and version: what `dependency:` means depends on the Maven installed."""

FETCH_SECONDS = 1800
"""180 MB in this time is 100 kB a second: slower than that is as good as not at all."""


@dataclass(frozen=True)
class Artifact:
    """What one fetched file must be."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Versions of both engines, and every file they are made of."""

    kafka: str
    elasticsearch: str
    files: Mapping[str, Artifact]

    @property
    def total_bytes(self) -> int:
        """Of all files as fetched."""
        return sum(artifact.bytes for artifact in self.files.values())


def load_manifest(path: Path = MANIFEST) -> Manifest:
    """Read artifacts.toml."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return Manifest(raw["kafka"], raw["elasticsearch"], {name: Artifact(**facts) for name, facts in raw["files"].items()})


def sha256_of(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def wrong_files(folder: Path, files: Mapping[str, Artifact]) -> list[str]:
    """What is missing from, different in, or more than expected in a folder, in plain words; empty when all is as it should be."""
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    wrong = [f"{name} is missing" for name in files if name not in there]
    wrong += [f"{name} was not expected" for name in sorted(there - set(files))]
    for name, artifact in files.items():
        path = folder / name
        if name in there and (path.stat().st_size != artifact.bytes or sha256_of(path) != artifact.sha256):
            wrong.append(f"{name} is not the file that is pinned")
    return wrong


def fetch(folder: Path, manifest: Manifest, *, jdk: Jdk, maven: str | None = None) -> None:
    """Fill an empty folder with the files of the manifest, verified.

    What Maven kept from earlier may be damaged, so a wrong file is fetched once more into a repository of its own.
    Raises MavenMissing, FetchFailed.
    """
    program = maven or shutil.which("mvn")
    if not program:
        raise MavenMissing("Maven (mvn) was not found on PATH; it fetches Kafka and Elasticsearch, once. Install it (package `maven`) and try again.")
    _run_maven(program, folder, jdk)
    wrong = wrong_files(folder, manifest.files)
    if wrong:
        shutil.rmtree(folder, ignore_errors=True)
        own = folder.with_name(folder.name + "-repository")
        _run_maven(program, folder, jdk, f"-Dmaven.repo.local={own}")
        shutil.rmtree(own, ignore_errors=True)
        wrong = wrong_files(folder, manifest.files)
    if wrong:
        raise FetchFailed(
            "Maven brought other files than those pinned in deploy/engines/artifacts.toml: "
            + "; ".join(wrong[:5])
            + ". If a mirror or proxy changes files on the way, go around it."
        )


def _run_maven(program: str, folder: Path, jdk: Jdk, *options: str) -> None:
    command = [program, "-B", "-ntp", "-Dstyle.color=never", "-f", str(POM), GOAL, f"-DoutputDirectory={folder}", "-DincludeScope=runtime", *options]
    environ = {**os.environ, "JAVA_HOME": str(jdk.home)}  # mvn needs a Java too, and need not find its own
    try:
        # `cwd`: a .mvn folder above the working directory would change what Maven does.
        answer = subprocess.run(
            command, env=environ, cwd=folder.parent, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise FetchFailed(
            f"Maven did not finish within {FETCH_SECONDS / 60:.0f} minutes: is the network slow? Try again, it goes on where it was."
        ) from None
    if answer.returncode:
        raise FetchFailed(explain(answer.stdout + answer.stderr))


def explain(output: str) -> str:
    """What Maven printed → what to do about it. Pure."""
    output = re.sub(r"\x1b\[[0-9;]*m", "", output)  # Maven resets colours even where it was told to use none
    errors = [line.removeprefix("[ERROR] ") for line in output.splitlines() if line.startswith("[ERROR] ") and line[8:].strip()]
    # What follows the reason is the same advice on Maven's own switches every time.
    lines = list(itertools.takewhile(lambda line: not line.startswith("To see the full stack trace"), errors)) or output.splitlines()[-5:]
    away = ("Could not transfer", "Unknown host", "Connection refused", "timed out", "Network is unreachable", "Temporary failure in name resolution")
    if any(sign in output for sign in away):
        advice = (
            "The network, or the repository that Maven uses, can't be reached. "
            "Check the connection and Maven's proxy settings (~/.m2/settings.xml), then try again."
        )
    else:
        advice = "Try again; if it stays so, run the same by hand with -X to see more."
    return f"Fetching Kafka and Elasticsearch with Maven failed. {advice} Maven said:\n" + "\n".join(lines[:4])


if __name__ == "__main__":
    for path in sorted(Path(sys.argv[1]).iterdir()):
        sys.stdout.write(f'"{path.name}" = {{ bytes = {path.stat().st_size}, sha256 = "{sha256_of(path)}" }}\n')
