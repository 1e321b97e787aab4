"""Kafka and Elasticsearch as child processes: fetched, verified, started and stopped. `engines.running_engines()` gives two addresses."""
