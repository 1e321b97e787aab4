"""送入: drop files or paste → see what they would become → publish, through ingest and in the name of whoever asks.

Nothing is kept between the steps: the page sends the content again with each, so that another replica and a
second tab change nothing. Where a restart makes a form's token stale, the page comes again with all that it
held and with a fresh one.
"""
