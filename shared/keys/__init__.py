"""API keys: who may feed, search and operate, and which sources a key may write.

key.py        one key as a line of the keys file: name, hash, scopes, sources, since and until when
file.py       the keys file read and written as a whole
ring.py       the keys that count now: the file, read again when it changes, and hashes from settings
door.py       a presented key and a scope in, the key let in or the refusal out
slowing.py    wrong keys of an address answered later and later
own.py        the key that a service itself sends to another
request.py    where a request says its key, and how it addresses us
"""
