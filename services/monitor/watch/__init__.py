"""Looks at everything that runs, every two seconds, whether it is alive or not.

kafka_look.py     Kafka → topics that are missing, how far groups are, how long the oldest record waits
elastic_look.py   Elasticsearch → whether a search would be answered
service_look.py   a service's /readyz → what it says of itself
watcher.py        all of these → facts → the report, again and again
"""
