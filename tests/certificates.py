"""A JDK's keytool in, a certificate authority with certificates for 127.0.0.1 out: one is good, one has expired."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.engines.java import BRIEF, Jdk

PASSWORD = "store-password"
"""Of every key store."""


@dataclass(frozen=True)
class Certificates:
    """Key stores (PKCS12) for servers, CA bundles (PEM) for clients."""

    ca: Path
    other_ca: Path
    """A certificate that has signed nothing"""
    good: Path
    expired: Path


def make(folder: Path, jdk: Jdk) -> Certificates:
    """Make them; some seconds, as each step starts a JVM."""
    folder.mkdir()
    store = folder / "all.p12"

    def keytool(*words: str) -> None:
        options = [f"-J{option}" for option in (*BRIEF, "-XX:+UseSerialGC")]
        command = [str(jdk.home / "bin" / "keytool"), *options, *words, "-storepass", PASSWORD]
        subprocess.run(command, check=True, capture_output=True)

    def key(alias: str, *words: str) -> None:
        how = ["-keyalg", "EC", "-groupname", "secp256r1", "-dname", f"CN={alias}", "-keystore", str(store)]
        keytool("-genkeypair", "-alias", alias, *how, *words)

    def bundle(alias: str) -> Path:
        made = folder / f"{alias}.pem"
        keytool("-exportcert", "-rfc", "-alias", alias, "-keystore", str(store), "-file", str(made))
        return made

    def server(alias: str, *words: str) -> Path:
        key(alias, "-signer", "ca", "-ext", "san=ip:127.0.0.1", *words)
        made = folder / f"{alias}.p12"
        keytool("-importkeystore", "-srckeystore", str(store), "-srcstorepass", PASSWORD, "-srcalias", alias, "-destkeystore", str(made))
        return made

    key("ca", "-ext", "bc:c", "-ext", "ku=keyCertSign", "-validity", "2")
    good, expired = server("good", "-validity", "2"), server("expired", "-startdate", "-3d", "-validity", "1")
    return Certificates(bundle("ca"), bundle("expired"), good, expired)
