"""Whether what went into each stage came out of it.

settle.py   the ledger and a group's offsets → which digests are in flight, dead or lost in a stage
balance.py  all stages → the balance, and since when a digest is missed
"""
