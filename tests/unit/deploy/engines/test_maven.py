"""What Maven brings is compared with what is pinned."""

import hashlib
import stat
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from deploy.engines.errors import FetchFailed, MavenMissing
from deploy.engines.java import Jdk
from deploy.engines.maven import POM, Artifact, Manifest, explain, fetch, load_manifest, wrong_files

JDK = Jdk(Path("/nowhere"), 21)
GOOD = b"good bytes"
FILES = {"a.jar": Artifact(len(GOOD), hashlib.sha256(GOOD).hexdigest())}
MANIFEST = Manifest("4", "9", FILES)


def _maven(folder: Path, script: str) -> str:
    """A program in Maven's place; `$out` is the folder that it was told to fill."""
    program = folder / "mvn"
    program.write_text(
        '#!/bin/sh\nfor a in "$@"; do case $a in -DoutputDirectory=*) out=${a#*=};; -Dmaven.repo.local=*) own=1;; esac; done\n' + script
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def test_the_right_files_are_fine(tmp_path: Path) -> None:
    """Same size, same hash, none more."""
    (tmp_path / "a.jar").write_bytes(GOOD)
    assert wrong_files(tmp_path, FILES) == []


@pytest.mark.parametrize(
    ("files", "wrong"),
    [
        ({"a.jar": b"good byteS"}, ["a.jar is not the file that is pinned"]),
        ({"a.jar": b"good"}, ["a.jar is not the file that is pinned"]),
        ({}, ["a.jar is missing"]),
        ({"a.jar": GOOD, "b.jar": b""}, ["b.jar was not expected"]),
    ],
)
def test_anything_else_is_named(tmp_path: Path, files: dict[str, bytes], wrong: list[str]) -> None:
    """A changed byte, a cut file, a missing and a foreign one."""
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert wrong_files(tmp_path, FILES) == wrong


def test_a_damaged_repository_of_maven_is_gone_around(tmp_path: Path) -> None:
    """What Maven kept is wrong, what it fetches anew is right."""
    maven = _maven(tmp_path, 'mkdir -p "$out"; if [ "$own" ]; then printf "good bytes"; else printf "bad"; fi > "$out/a.jar"')
    fetch(tmp_path / "out", MANIFEST, jdk=JDK, maven=maven)
    assert (tmp_path / "out" / "a.jar").read_bytes() == GOOD


def test_wrong_files_twice_are_refused(tmp_path: Path) -> None:
    """Somebody changes them on the way."""
    maven = _maven(tmp_path, 'mkdir -p "$out"; printf bad > "$out/a.jar"')
    with pytest.raises(FetchFailed, match=r"other files than those pinned.*a\.jar is not the file that is pinned"):
        fetch(tmp_path / "out", MANIFEST, jdk=JDK, maven=maven)


def test_without_network_it_says_so(tmp_path: Path) -> None:
    """And repeats Maven's own reason."""
    maven = _maven(tmp_path, 'echo "[ERROR] Could not transfer artifact x:y:1: Temporary failure in name resolution"; exit 1')
    with pytest.raises(FetchFailed, match=r"can't be reached.*\n.*name resolution"):
        fetch(tmp_path / "out", MANIFEST, jdk=JDK, maven=maven)


def test_another_failure_is_passed_on() -> None:
    """The lines that Maven marks as errors."""
    said = "\x1b[0m[INFO] Scanning\n\x1b[0m[ERROR] Unknown lifecycle phase\n[ERROR] \n[ERROR] To see the full stack trace of the errors, re-run\n"
    assert explain(said).endswith("Maven said:\nUnknown lifecycle phase")


def test_without_maven_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PATH without it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MavenMissing, match=r"Maven \(mvn\) was not found on PATH.*Install it"):
        fetch(tmp_path / "out", MANIFEST, jdk=JDK)


def test_the_manifest_and_the_pom_name_the_same_versions() -> None:
    """One is raised with the other."""
    space = {"m": "http://maven.apache.org/POM/4.0.0"}
    asked = {
        dependency.findtext("m:artifactId", namespaces=space): dependency.findtext("m:version", namespaces=space)
        for dependency in ElementTree.parse(POM).iterfind(".//m:dependency", space)
    }
    manifest = load_manifest()
    assert (asked["kafka_2.13"], asked["elasticsearch"]) == (manifest.kafka, manifest.elasticsearch)
    for artifact, version in asked.items():
        assert any(name in (f"{artifact}-{version}.jar", f"{artifact}-{version}.zip") for name in manifest.files)
