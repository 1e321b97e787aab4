"""Java sources here, a JDK and Elasticsearch's own jars in, a plugin folder that Elasticsearch loads out.

The plugin gives the small distribution `cjk_bigram`, `cjk_width`, `mapping`, `ngram` and `smartcn_tokenizer` under the
names that the full one (with analysis-smartcn) has, so that index settings run unchanged on both. `pattern_capture`, `uax_url_email` and
`unique` are for Elasticsearch's own index of API keys, which can't be made without them.
"""

import hashlib
import shutil
import subprocess
import zipfile
from pathlib import Path

from deploy.engines.errors import EngineError, JavaMissing
from deploy.engines.java import MINIMUM, Jdk

HERE = Path(__file__).parent
NAME = "jianbao-analysis"
DESCRIPTORS = ("stable-plugin-descriptor.properties", "named_components.json")


def sources() -> list[Path]:
    """The Java files, sorted."""
    return sorted((HERE / "java").rglob("*.java"))


def fingerprint() -> str:
    """SHA-256 over everything that goes into the plugin: another one means it must be built again."""
    digest = hashlib.sha256()
    for path in [*sources(), *(HERE / name for name in DESCRIPTORS)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def build(target: Path, *, elasticsearch: Path, smartcn: Path, jdk: Jdk) -> None:
    """Compile into a new folder `target`; `smartcn` is Lucene's Chinese module. Raises JavaMissing, EngineError."""
    if not jdk.javac.is_file():
        raise JavaMissing(
            f"{jdk.home} has no compiler (javac), needed once to build Elasticsearch's analysis plugin: install a JDK {MINIMUM} or later."
        )
    target.mkdir(parents=True)
    classes = target / "classes"
    command = [str(jdk.javac), "--release", str(MINIMUM), "-Xlint:all", "-Werror", "-encoding", "UTF-8", "-d", str(classes)]
    command += ["-cp", f"{elasticsearch}/lib/*:{smartcn}", *map(str, sources())]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise EngineError(f"Elasticsearch's analysis plugin did not compile with {jdk.javac}:\n{answer.stdout}{answer.stderr}")
    with zipfile.ZipFile(target / f"{NAME}.jar", "w", zipfile.ZIP_DEFLATED) as jar:
        for path in sorted(classes.rglob("*.class")):
            jar.write(path, path.relative_to(classes).as_posix())
    shutil.rmtree(classes)
    for path in (smartcn, *(HERE / name for name in DESCRIPTORS)):
        shutil.copyfile(path, target / path.name)
