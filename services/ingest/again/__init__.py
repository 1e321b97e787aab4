"""A digest that is fed → whether it was fed before: then nothing is written, unless it says something new.

fingerprint.py   a text → what stays the same when only spacing, width and charset differ
fed.py           raw records of a digest → what is known of it
table.py         raw records → what was fed last under each identity, content and Idempotency-Key
judge.py         a digest and that table → a duplicate, or the record to write
follower.py      the raw topic → the table, read once at the start and then followed
listing.py       the table and a question → a page of what was fed, the newest first
positions.py     how far it is read → who waits for a record is told
take.py          the flow: judge, publish, and look once more what others wrote meanwhile
"""
