"""A pipeline and words → the `jianbao` command, as a process or within this one, on that pipeline's topics, index and services."""

import os
import subprocess
import sys
from collections.abc import Mapping

from typer.testing import CliRunner, Result

from services.cli.app import create_app
from tests.pipeline import ROOT, Pipeline


def jianbao(pipeline: Pipeline, *words: str, seconds: float = 120, environ: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """Exit status, standard output and error; raises subprocess.TimeoutExpired."""
    command = [sys.executable, "-c", "from services.cli.main import main; main()", *words]
    return subprocess.run(command, env=os.environ | _ours(pipeline, environ), cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False)


def jianbao_within(pipeline: Pipeline, *words: str, environ: Mapping[str, str] | None = None) -> Result:
    """The same command within this process: for the many calls of a test, once another has proved the process.

    Not within a running event loop, and not of a command that sets up logging, which would stay as it is for other tests.
    """
    return CliRunner().invoke(create_app(), words, env=_ours(pipeline, environ))


def _ours(pipeline: Pipeline, environ: Mapping[str, str] | None) -> dict[str, str]:
    return {
        "KAFKA_BOOTSTRAP_SERVERS": pipeline.kafka,
        "JIANBAO_NAMESPACE": pipeline.namespace,
        "INGEST_URL": pipeline.url("ingest"),
        "SEARCH_URL": pipeline.url("search"),
        **(environ or {}),
    }
