"""`python -m services.enrich`: raw digests from Kafka in, enriched digests and dead letters back to Kafka, until SIGTERM."""

import sys

from pydantic import ValidationError


def main() -> int:
    """Read the settings and run; 0 after a clean stop, 1 when it failed, 2 when the settings are wrong."""
    # Children of the pool import this module by its name and need nothing of it.
    from services.enrich.run import run
    from shared import log
    from shared.errors import JianbaoError
    from shared.settings import CommonSettings, EnrichSettings, KafkaSettings

    try:
        common, kafka, settings = CommonSettings(), KafkaSettings(), EnrichSettings()
    except ValidationError as error:
        print(f"enrich: {error}", file=sys.stderr)
        return 2
    log.setup("enrich", common)
    try:
        return run(common, kafka, settings)
    except JianbaoError as error:
        log.get(__name__).critical(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
