"""The worker that fetches: each source that is due, by one worker at a time, its digests handed to ingest.

leader.py     the consumer group of `sources.v1` → the one worker that fetches, with all that is known of sources
plan.py       an entry and its state → when it is fetched next
schedule.py   what is due → turns, so many at once and one a site
turn.py       one source → what is new of it handed over, and the state that is kept
web.py        the way of feeds and pages
mailbox.py    the way of mailboxes
folders.py    the way of folders
articles.py   what was fetched → articles
apart.py      the same for large documents, in a process of its own
saying.py     an article → the digest that is handed to ingest
handing.py    a digest → ingest's answer, tried again while ingest is away
keeping.py    the state → its record, acknowledged
app.py        settings → all of it, with health on a port
"""
