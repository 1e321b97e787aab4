"""A digest erased for good, by what Kafka allows: single records can't be deleted, only the beginning of a partition.

    1. a withdrawal without any word of the digest      search forgets it, late writers can't bring it back
    2. wait until enrich and index are past it          nothing of the digest is on its way any more
    3. for each partition that holds the digest:        raw, enriched and dead topic
         copy all other records before the cut to the end, then delete everything before the cut
    4. look again, delete its events from the ledger, have Elasticsearch drop what it only marked as deleted, write the archives anew

The cut is where the topic's readers have got to, so none of them loses its place. Copies are redeliveries to everybody: same key, value,
headers and time, so ids, revisions and versions stay. Killed anywhere, nothing is lost, as deleting comes after Kafka has acknowledged every
copy; the next run finds what is still there, and what was copied already is not copied twice. What others write meanwhile lies behind the cut.
"""
