"""The ledger: what happened to each digest, one event for each record that a stage wrote.

event.py    an event ↔ its document in the ledger's index
state.py    how far the topics were read ↔ a document of the same index
journey.py  the events of a digest and its manifest → where it is now, and how it came there

The monitor writes it (services.monitor.ledger); it can always be made again from the topics.
"""
