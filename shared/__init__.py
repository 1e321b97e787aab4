"""What the services agree on, and nothing else: records, ids, topics, dead letters, errors, settings, logs, metrics, health."""
