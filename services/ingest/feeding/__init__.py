"""Files, folders and patterns → digests fed, through ingest or straight to Kafka.

choose.py    what was typed → the files that are meant
files.py     a file → what is to be fed, read ahead in batches
targets.py   submissions → the API, or Kafka
connect.py   what was asked for → such a target, connected
backlog.py   Kafka → how many digests are waiting to be worked on
pace.py      that → when the next batch may be fed
"""
