"""A Docker engine of our own in → local images under the official names in it; what they are is said in `standins/README.md`.

Built once: each image carries a hash of what it was built from, and is kept while that is the same.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from deploy.engines.engines import install
from deploy.engines.java import Jdk
from deploy.engines.kafka import LOG4J
from deploy.engines.maven import load_manifest
from deploy.engines.plugin import build as plugin
from tests.docker.engine import Docker, NotAvailable

HERE = Path(__file__).parent / "standins"
BASE = "jianbao-standin-debian:bookworm"
PACKAGES = "ca-certificates,curl,python3,python3-venv,tini"
LABEL = "jianbao.standin"

# Of a JDK, what running a server does not need.
NO_RUNTIME = shutil.ignore_patterns("src.zip", "jmods", "demo", "man", "include")
# Of a Debian, what nobody reads in a container.
NO_USE = ("usr/share/doc", "usr/share/man", "usr/share/locale", "var/cache/apt/archives", "var/lib/apt/lists")

Say = Callable[[str], None]


def build(docker: Docker, say: Say) -> list[str]:
    """Build what is missing; the names of all stand-ins. Raises NotAvailable where a Debian can't be fetched."""
    if not docker.own:
        raise ValueError("official names are given to local images only in an engine of our own")
    versions = load_manifest()
    names = {"python": "python:3.11-slim", "kafka": f"apache/kafka:{versions.kafka}", "elasticsearch": f"elasticsearch:{versions.elasticsearch}"}
    _base(docker, say)
    for folder, name in names.items():
        _image(docker, folder, name, say)
    return list(names.values())


def _base(docker: Docker, say: Say) -> None:
    stamp = hashlib.sha256(PACKAGES.encode()).hexdigest()
    if _stamp(docker, BASE) == stamp:
        return
    if not shutil.which("debootstrap"):
        raise NotAvailable("there is no `debootstrap` to make a Debian base with (on Debian: apt-get install debootstrap)")
    say("building a Debian base: a minute")
    with tempfile.TemporaryDirectory(prefix="jianbao-debian-") as folder:
        root = Path(folder, "root")
        done = subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(root)],
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        if done.returncode:
            raise NotAvailable(f"debootstrap could not make a Debian: {done.stdout.strip().splitlines()[-1:]}")
        for each in NO_USE:
            shutil.rmtree(root / each, ignore_errors=True)
        # Where this machine reaches registries through a proxy with a certificate of its own, containers do too.
        if bundle := os.environ.get("SSL_CERT_FILE"):
            shutil.copy(bundle, root / "etc/ssl/certs/ca-certificates.crt")
        with subprocess.Popen(["tar", "-C", str(root), "-c", "."], stdout=subprocess.PIPE) as packed:
            subprocess.run(
                ["docker", "import", "--change", f"LABEL {LABEL}={stamp}", "-", BASE],
                stdin=packed.stdout,
                env=docker.environ,
                check=True,
                capture_output=True,
            )


def _image(docker: Docker, folder: str, name: str, say: Say) -> None:
    versions = load_manifest()
    said = b"".join(path.read_bytes() for path in sorted((HERE / folder).iterdir()))
    base = docker.run("image", "inspect", "--format", "{{.Id}}", BASE)
    # With our analysis plugin, which the image of Elasticsearch holds: an older one must not be taken for the newer.
    stamp = hashlib.sha256(said + f"{base}{versions}{plugin.fingerprint()}".encode()).hexdigest()
    if _stamp(docker, name) == stamp:
        return
    say(f"building a stand-in for {name}: not the official image")
    with tempfile.TemporaryDirectory(prefix="jianbao-standin-") as context:
        shutil.copytree(HERE / folder, context, dirs_exist_ok=True)
        if folder != "python":
            _engine_files(folder, Path(context))
        docker.run("build", "--label", f"{LABEL}={stamp}", "--tag", name, context)


def _engine_files(folder: str, context: Path) -> None:
    """What the image takes from `deploy.engines`: Java and the engine's own files."""
    installation = install()
    _copy_java(installation.jdk, context / "java")
    if folder == "kafka":
        shutil.copytree(installation.homes.kafka, context / "libs")
        (context / "log4j2.properties").write_text(LOG4J, encoding="utf-8")
    else:
        shutil.copytree(installation.homes.elasticsearch, context / "home", ignore=shutil.ignore_patterns("logs"))


def _copy_java(jdk: Jdk, to: Path) -> None:
    # Debian's JDKs link their settings and certificates to other folders: the files themselves are needed.
    shutil.copytree(jdk.home, to, ignore=NO_RUNTIME, ignore_dangling_symlinks=True)


def _stamp(docker: Docker, image: str) -> str:
    return docker.run("image", "inspect", "--format", f'{{{{index .Config.Labels "{LABEL}"}}}}', image, check=False).strip()
