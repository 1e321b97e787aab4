"""How sources are: their latest issues in the index and the registry → who is silent, lacks something,
looks different.

judge.py  the history of each source → what there is to say of it
look.py   all of it looked at every half minute, for the report
"""
