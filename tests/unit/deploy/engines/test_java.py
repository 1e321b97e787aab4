"""Which Java the engines run on."""

from pathlib import Path

import pytest

from deploy.engines.errors import JavaMissing
from deploy.engines.java import find_jdk, parse_version

DEBIAN_17 = """openjdk version "17.0.15" 2025-04-15
OpenJDK Runtime Environment (build 17.0.15+6-Debian-1deb12u1)
OpenJDK 64-Bit Server VM (build 17.0.15+6-Debian-1deb12u1, mixed mode, sharing)
"""
TEMURIN_25_RELEASE = """IMPLEMENTOR="Eclipse Adoptium"
JAVA_RUNTIME_VERSION="25.0.3+9-LTS"
JAVA_VERSION="25.0.3"
JAVA_VERSION_DATE="2026-04-21"
"""


@pytest.mark.parametrize(
    ("text", "version"),
    [
        (DEBIAN_17, 17),
        (TEMURIN_25_RELEASE, 25),
        ('openjdk version "21" 2023-09-19', 21),
        ('java version "1.8.0_442"', 8),
        ('openjdk version "26-ea" 2026-03-17', 26),
        ("The operation couldn't be completed. Unable to locate a Java Runtime.", None),
        ("", None),
    ],
)
def test_version_is_read_from_what_java_prints_or_its_release_file(text: str, version: int | None) -> None:
    """The feature version, also of Java 8 and of early-access builds."""
    assert parse_version(text) == version


def _home(folder: Path, *, version: str, compiler: bool = True) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "release").write_text(f'JAVA_VERSION="{version}"\n')
    (folder / "bin" / "java").touch()
    if compiler:
        (folder / "bin" / "javac").touch()
    return folder


def test_the_first_that_is_new_enough_is_taken(tmp_path: Path) -> None:
    """An old one before it is passed over."""
    homes = [_home(tmp_path / "17", version="17.0.15"), _home(tmp_path / "25", version="25.0.3"), _home(tmp_path / "21", version="21.0.1")]
    assert find_jdk(homes=homes).home == tmp_path / "25"


def test_one_with_a_compiler_is_preferred(tmp_path: Path) -> None:
    """The plugin must be compiled once."""
    homes = [_home(tmp_path / "jre", version="21.0.1", compiler=False), _home(tmp_path / "jdk", version="25.0.3")]
    assert find_jdk(homes=homes).home == tmp_path / "jdk"


def test_without_a_compiler_a_runtime_will_do_unless_one_is_needed(tmp_path: Path) -> None:
    """A filled cache needs no compiler."""
    homes = [_home(tmp_path / "jre", version="21.0.1", compiler=False)]
    assert find_jdk(homes=homes).version == 21
    with pytest.raises(JavaMissing, match=r"without a compiler \(javac\)"):
        find_jdk(homes=homes, compiler=True)


def test_too_old_says_which_were_found(tmp_path: Path) -> None:
    """The reader sees what is there and what to install."""
    homes = [_home(tmp_path / "17", version="17.0.15"), _home(tmp_path / "8", version="1.8.0_442")]
    with pytest.raises(JavaMissing, match=r"Java 21 or later is needed; found: Java 17 in .*17, Java 8 in .*8\. Install a JDK 21"):
        find_jdk(homes=homes)


def test_none_at_all_says_where_it_looked(tmp_path: Path) -> None:
    """Folders that don't exist are no Java."""
    with pytest.raises(JavaMissing, match="No Java was found"):
        find_jdk(homes=[tmp_path / "nothing"])


def test_one_that_the_engine_user_cannot_read_is_named(tmp_path: Path) -> None:
    """As root, a JDK in root's own home is of no use."""
    with pytest.raises(JavaMissing, match="can't read it"):
        find_jdk(homes=[_home(tmp_path / "25", version="25.0.3")], usable=lambda home: False)
