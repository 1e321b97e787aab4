"""`python -m tests.fakes.enrich_service`: the enrich service, with the fake that fails on demand in place of enrich()."""

import sys

from services.enrich.stream.run import run
from shared import log
from shared.settings import CommonSettings, EnrichSettings, KafkaSettings

if __name__ == "__main__":
    log.setup("enrich", CommonSettings())
    sys.exit(run(CommonSettings(), KafkaSettings(), EnrichSettings(), function="tests.fakes.enrich_hooks:enrich"))
