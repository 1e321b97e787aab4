"""The ledger's writer: what the topics say, record by record → events, in Elasticsearch.

events.py  a record → its event
tally.py   events and how far the groups are → whether what went in came out, stage by stage
"""
