"""A Kafka and an Elasticsearch of a test's own with TLS and logins: users, ACLs and API keys with just the rights that `shared.rights` names.

Kafka is reached by the test itself without any of that, as ANONYMOUS, who may do everything.
"""

import asyncio
import base64
import hashlib
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest
from pydantic import SecretStr

from deploy.engines.engines import Installation
from deploy.engines.ports import LOOPBACK, free_ports
from shared import rights
from shared.kafka.clients import admin_client
from shared.kafka.granted import CODES
from shared.rights import PROGRAMS, Program, Right
from shared.settings import ElasticsearchSettings, KafkaSettings
from shared.topics import Topics
from tests import certificates
from tests.certificates import PASSWORD, Certificates
from tests.own_engines import Broker, Node, own_folder

PASSWORDS: Mapping[str, str] = {program: f"kafka-password-of-{program}" for program in (*PROGRAMS, "nobody")}
"""Of Kafka's users; `nobody` may do nothing"""

MECHANISM: Mapping[str, str] = {"ingest": "SCRAM-SHA-256", "operator": "PLAIN"}
"""How a user logs in; all others by SCRAM-SHA-512"""

ROOT = "elastic-password-of-root"

NODE = """\
xpack.security.enabled: true
xpack.security.authc.password_hashing.algorithm: pbkdf2
xpack.security.authc.api_key.enabled: true
xpack.security.authc.api_key.cache.ttl: 0s
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.keystore.path: http.p12
xpack.security.http.ssl.keystore.password: store-password"""


def hashed(password: str) -> str:
    """As Elasticsearch's file of users has it: PBKDF2 with HMAC-SHA512, 10,000 rounds, salt and key of 32 bytes."""
    salt = b"s" * 32
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 10_000, 32)
    return f"{{PBKDF2}}10000${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


@dataclass(frozen=True)
class Secured:
    """Both engines, running."""

    broker: Broker
    node: Node
    certificates: Certificates
    ports: Mapping[str, int]
    """Of Kafka's further listeners: `secure` (TLS, any login), `expired` (as that, with an expired certificate), `narrow` (no TLS, SCRAM-SHA-512)"""

    def kafka(self, user: str, *, listener: str = "secure", host: str = LOOPBACK, **other: Any) -> KafkaSettings:
        """Settings of a user as they should be, but for what is given."""
        settings: dict[str, Any] = {
            "bootstrap_servers": f"{host}:{self.ports[listener]}",
            "partitions": 1,
            "security_protocol": "SASL_PLAINTEXT" if listener == "narrow" else "SASL_SSL",
            "sasl_mechanism": MECHANISM.get(user, "SCRAM-SHA-512"),
            "sasl_username": user,
            "sasl_password": SecretStr(PASSWORDS[user]),
            "ssl_cafile": self.certificates.ca,
        }
        return KafkaSettings(**(settings | other))

    def elasticsearch(self, *, host: str = LOOPBACK, scheme: str = "https", **other: Any) -> ElasticsearchSettings:
        """Settings with the CA and a login, but for what is given."""
        settings: dict[str, Any] = {"url": f"{scheme}://{host}:{self.node.port}", "ca_file": self.certificates.ca}
        return ElasticsearchSettings(**(settings | other))

    def environ(self, program: Program, namespace: str) -> dict[str, str]:
        """The variables of a program that logs in as itself, with an API key that allows just what it needs."""
        kafka = self.kafka(program)
        found = {
            "KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
            "KAFKA_PARTITIONS": "1",
            "KAFKA_SECURITY_PROTOCOL": kafka.security_protocol,
            "KAFKA_SASL_MECHANISM": kafka.sasl_mechanism,
            "KAFKA_SASL_USERNAME": program,
            "KAFKA_SASL_PASSWORD": PASSWORDS[program],
            "KAFKA_SSL_CAFILE": str(self.certificates.ca),
        }
        if privileges := rights.elasticsearch(program, namespace):
            found |= {
                "ELASTICSEARCH_URL": f"https://{LOOPBACK}:{self.node.port}",
                "ELASTICSEARCH_CA_FILE": str(self.certificates.ca),
                "ELASTICSEARCH_API_KEY": self.api_key(program, privileges)["encoded"],
            }
        return found

    def api_key(self, name: str, privileges: rights.Privileges) -> dict[str, str]:
        """A new API key: its `id`, and `encoded` as clients send it."""
        made: dict[str, str] = self.ask("POST", "/_security/api_key", {"name": name, "role_descriptors": {name: privileges}})
        return made

    def limit_key(self, encoded: str, name: str, privileges: rights.Privileges | None) -> None:
        """Let an API key do what is given, nothing for None."""
        id = base64.b64decode(encoded).decode().partition(":")[0]
        self.ask("PUT", f"/_security/api_key/{id}", {"role_descriptors": {name: privileges or {"cluster": [], "indices": []}}})

    def revoke_key(self, id: str) -> None:
        """Make an API key worthless."""
        self.ask("DELETE", "/_security/api_key", {"ids": [id]})

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Elasticsearch's answer to root; raises urllib.error.HTTPError."""
        login = base64.b64encode(f"root:{ROOT}".encode()).decode()
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"https://{LOOPBACK}:{self.node.port}{path}",
            data,
            {"Authorization": f"Basic {login}", "Content-Type": "application/json"},
            method=method,
        )
        with self._opener.open(request, timeout=20) as answer:
            return json.load(answer)

    @cached_property
    def _opener(self) -> urllib.request.OpenerDirector:
        context = ssl.create_default_context(cafile=self.certificates.ca)
        return urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))

    async def grant(self, user: str, wanted: Iterable[Right]) -> None:
        """Allow a user something in Kafka."""
        async with admin_client(self.broker.settings) as admin:
            for right in wanted:
                await _done(admin, CreateAclsRequest(*_acl(right, user)))

    async def revoke(self, user: str, unwanted: Iterable[Right]) -> None:
        """Allow it no longer."""
        async with admin_client(self.broker.settings) as admin:
            for right in unwanted:
                await _done(admin, DeleteAclsRequest(*_acl(right, user)))

    async def grant_all(self, topics: Topics) -> None:
        """Allow every program just what it needs."""
        await asyncio.gather(*(self.grant(program, rights.kafka(program, topics)) for program in PROGRAMS))


def _acl(right: Right, user: str) -> tuple[int, str, int, str, str, int, int]:
    # Kafka's numbers: resource types topic 2 and group 3; patterns literal 3 and prefixed 4; permission allow 3.
    return {"topic": 2, "group": 3}[right.kind], right.name, 4 if right.prefix else 3, f"User:{user}", "*", CODES[right.operation], 3


async def _done(admin: AIOKafkaAdminClient, request: Any) -> None:
    answer = (await admin._send_request(request)).to_object()
    (outcome,) = next(value for value in answer.values() if isinstance(value, list))
    assert outcome["error_code"] == 0, outcome


def _listeners(made: Certificates, ports: Mapping[str, int], port: int, controller: int) -> dict[str, str]:
    all_ports = {"PLAINTEXT": port, **{name.upper(): number for name, number in ports.items()}}
    advertised = ",".join(f"{name}://{LOOPBACK}:{number}" for name, number in all_ports.items())
    plain = "org.apache.kafka.common.security.plain.PlainLoginModule required "
    found = {
        "listeners": f"{advertised},CONTROLLER://{LOOPBACK}:{controller}",
        "advertised.listeners": advertised,
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL,EXPIRED:SASL_SSL,NARROW:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
        "ssl.keystore.type": "PKCS12",
        "ssl.keystore.location": str(made.good),
        "ssl.keystore.password": PASSWORD,
        "listener.name.expired.ssl.keystore.location": str(made.expired),
        "listener.name.expired.ssl.keystore.type": "PKCS12",
        "listener.name.expired.ssl.keystore.password": PASSWORD,
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
        "listener.name.narrow.sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
    }
    for listener in ports:
        for mechanism in ("scram-sha-256", "scram-sha-512"):
            name = f"listener.name.{listener}.{mechanism}.sasl.jaas.config"
            found[name] = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        users = " ".join(f'user_{user}="{password}"' for user, password in PASSWORDS.items())
        found[f"listener.name.{listener}.plain.sasl.jaas.config"] = f"{plain}{users};"
    return found


@contextmanager
def secured_engines() -> Iterator[Secured]:
    """Both while the block runs; skips the test where they can't be had."""
    with own_folder() as (folder, installation), ExitStack() as stack:
        made = certificates.make(folder / "certificates", installation.jdk)
        ports = dict(zip(("secure", "expired", "narrow"), free_ports(3), strict=True))
        node = _node(folder, installation, made)
        stack.callback(node.kill)
        node.begin()
        users = [
            f"{mechanism}=[name={user},password={password}]"
            for user, password in PASSWORDS.items()
            if (mechanism := MECHANISM.get(user, "SCRAM-SHA-512")) != "PLAIN"
        ]
        broker = Broker(folder / "kafka", installation, settings=lambda port, controller: _listeners(made, ports, port, controller), users=users)
        stack.callback(broker.kill)
        broker.start()
        node.start()
        yield Secured(broker, node, made, ports)


def _node(folder: Path, installation: Installation, made: Certificates) -> Node:
    context = ssl.create_default_context(cafile=made.ca)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))

    def ready(port: int) -> bool:
        try:
            opener.open(f"https://{LOOPBACK}:{port}/_cluster/health", timeout=2)
        except urllib.error.HTTPError as error:
            return error.code == 401  # it asks for a login: it is there
        except OSError:
            return False
        return True

    files: dict[str, str | bytes] = {
        "users": f"root:{hashed(ROOT)}\n",
        "users_roles": "superuser:root\n",
        "http.p12": made.good.read_bytes(),
    }
    return Node(folder / "elasticsearch", installation, settings=NODE, files=files, ready=ready)
