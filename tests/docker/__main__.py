"""Run a command where a Docker engine answers, with stand-ins for official images where the engine is our own.

    python -m tests.docker COMMAND…

Exit status: the command's; 3 where no engine can be had, with the reason.
"""

import os
import shutil
import signal
import subprocess
import sys
from types import FrameType

from tests.docker.engine import NotAvailable, docker_engine
from tests.docker.standins import build

NO_ENGINE = 3


def say(words: str) -> None:
    """To standard error, as standard output is the command's."""
    sys.stderr.write(f"docker: {words}\n")
    sys.stderr.flush()


def main(command: list[str]) -> int:
    """Run it; the engine ends with it, however it ends."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with docker_engine() as docker:
            if docker.own:
                names = build(docker, say)
                say(f"an engine of our own; these are local stand-ins, not official images: {', '.join(names)}")
            else:
                say("the engine that answers here, with official images")
            # The reaper is one more image; what tests start they end themselves.
            environ = docker.environ | {"TESTCONTAINERS_RYUK_DISABLED": "true", "JIANBAO_TEST_ENGINES": "docker"}
            return subprocess.run([shutil.which(command[0]) or command[0], *command[1:]], env=environ, check=False).returncode
    except NotAvailable as error:
        say(f"not run: {error}")
        return NO_ENGINE
    except KeyboardInterrupt:
        return 130


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    os.environ.pop("KAFKA_BOOTSTRAP_SERVERS", None)
    os.environ.pop("ELASTICSEARCH_URL", None)
    sys.exit(main(sys.argv[1:]))
