"""A synthetic digest that is fed every minute and looked for in search: proof that what goes in comes out, and how soon.

beats.py    how long each took, or that it was lost → percentiles, losses
content.py  a made-up word → the digest that is fed
worker.py   fed through ingest, asked for in search, until the service ends
"""
