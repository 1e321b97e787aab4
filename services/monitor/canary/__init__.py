"""A synthetic digest that is fed every minute and looked for in search: proof that what goes in comes out, and how soon.

beats.py  when each was fed and found → seconds, losses
"""
