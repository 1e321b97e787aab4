"""How fresh each source is: the digests of the index and what the registry says → silent, due, overdue,
partial, gaps.

holidays.py   days on which nobody expects an issue
rhythm.py     days of issues → how often a source appears, and when its next issue is expected
numbers.py    printed issue numbers → numbers that are missing between them
judge.py      the issues of one source → its freshness
history.py    Elasticsearch → the latest issues of every source
"""
