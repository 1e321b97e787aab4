"""A digest as it was received, byte for byte: found in the raw topic, and handed out so that a browser does nothing with it.

records.py   a digest's id, revision and time → its raw record, read where it should lie first
finder.py    the digest's manifest and that record → the original, or why there is none
file.py      an original → its file name, headers and text
"""
