"""Topics that a test writes and reads itself (`kafka`), indices to be rebuilt (`site`), and the indexer's bench without an indexer (`idle`)."""

from tests.integration.index.conftest import idle
from tests.integration.operate.kafka_topics import kafka
from tests.integration.operate.rebuilding import site

__all__ = ["idle", "kafka", "site"]
