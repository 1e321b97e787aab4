"""`python -m services.enrich`: raw digests from Kafka in, enriched digests and dead letters back to Kafka, until SIGTERM."""

import sys


def main() -> int:
    """Read the settings and run; 0 after a clean stop, 1 when it failed or the settings are wrong."""
    # Children of the pool import this module by its name and need nothing of it.
    from services.enrich.stream.run import run
    from shared import log
    from shared.configured import configured
    from shared.errors import JianbaoError
    from shared.private import keep_private
    from shared.settings import CommonSettings, EnrichSettings, HealthSettings, KafkaSettings

    keep_private()
    try:
        common = configured(CommonSettings)
        log.setup("enrich", common)
        return run(common, configured(KafkaSettings), configured(EnrichSettings), health_settings=configured(HealthSettings))
    except JianbaoError as error:
        sys.stderr.write(f"enrich: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
