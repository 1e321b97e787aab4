"""What was fed, by ingest's own list, joined with what became of it: manifests in the index and dead letters.

joined.py     a digest as ingest, index and letters know it → one row of the list
merged.py     lists, each the newest first → one, each digest once
manifests.py  what is asked for → manifests of the index, page by page, by id, and counted
listing.py    the flow: ask, merge, join
"""
