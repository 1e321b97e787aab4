"""The plugin's descriptions agree with its sources and with the server it is for."""

import json
import re

from deploy.engines.maven import load_manifest
from deploy.engines.plugin.build import HERE, fingerprint, sources


def test_every_named_component_is_listed() -> None:
    """Elasticsearch reads names from the list, not from the classes."""
    listed = {
        name: kind.rpartition(".")[2] + " " + path
        for kind, components in json.loads((HERE / "named_components.json").read_text()).items()
        for name, path in components.items()
    }
    written = {}
    for source in sources():
        text = source.read_text(encoding="utf-8")
        found = re.search(r'@NamedComponent\("(\w+)"\)\s+public class (\w+) implements (\w+)', text)
        if found:
            name, class_name, kind = found.groups()
            written[name] = f"{kind} jianbao.analysis.{class_name}"
    assert listed == written
    assert sorted(listed) == [
        "cjk_bigram",
        "cjk_width",
        "mapping",
        "ngram",
        "pattern_capture",
        "smartcn_tokenizer",
        "uax_url_email",
        "unique",
    ]


def test_the_descriptor_names_the_server_version() -> None:
    """Elasticsearch refuses a plugin for another version."""
    assert f"elasticsearch.version={load_manifest().elasticsearch}\n" in (HERE / "stable-plugin-descriptor.properties").read_text()


def test_the_fingerprint_is_stable() -> None:
    """The same sources are the same plugin."""
    assert fingerprint() == fingerprint()
    assert len(sources()) == 14
