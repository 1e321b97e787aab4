"""A pipeline and words → the `jianbao` command as a process, on that pipeline's topics, index and services."""

import os
import subprocess
import sys
from collections.abc import Mapping

from tests.pipeline import ROOT, Pipeline


def jianbao(pipeline: Pipeline, *words: str, seconds: float = 120, environ: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """Exit status, standard output and error; raises subprocess.TimeoutExpired."""
    ours = {
        "KAFKA_BOOTSTRAP_SERVERS": pipeline.kafka,
        "JIANBAO_NAMESPACE": pipeline.namespace,
        "INGEST_URL": pipeline.url("ingest"),
        "SEARCH_URL": pipeline.url("search"),
        **(environ or {}),
    }
    command = [sys.executable, "-c", "from services.cli.main import main; main()", *words]
    return subprocess.run(command, env=os.environ | ours, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False)
