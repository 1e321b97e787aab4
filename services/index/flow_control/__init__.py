"""How much Elasticsearch is asked for at once, what the indexer waits for, and whether it stands still."""
