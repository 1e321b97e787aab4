"""Folders whose files are digests: each file fed once when it is whole, and put aside with a reason where it can't be.

choice.py     a folder → the files that are meant, each with what is said of it beside it
settling.py   looks at files → those that nobody writes any more
reading.py    a file → its digest, or why it is none; sidecar.py: what is said of it
handing.py    a digest → ingest's answer, however long ingest is away
bundle.py     digests that are handed over at once → few requests
ledger.py     what became of each file, over kills
aside.py      files that were dealt with → where they lie then
books.py      what became of files → ledger, aside and whoever is told, many at once
notices.py    what the system tells of changes
dealing.py    files that are whole → the books, through reading and handing, many at once
watch.py      the flow of all this
folder.py     the composition: one folder, watched until it is stopped, by nobody else meanwhile
command.py    `jianbao watch`; report.py: what it says
"""
