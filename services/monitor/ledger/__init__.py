"""The ledger's writer: what the topics say, record by record → events, in Elasticsearch.

events.py  a record → its event
store.py   events, and how far the topics were read ↔ the ledger's index
writer.py  topics read on → events stored, again and again
"""
