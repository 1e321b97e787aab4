"""Topics that a test writes and reads itself (`kafka`), and the indexer's bench without an indexer (`idle`)."""

from tests.integration.index.conftest import idle
from tests.integration.operate.kafka_topics import kafka

__all__ = ["idle", "kafka"]
