"""The enriched topic in → new indices beside the live ones, filled, compared and swapped in while searches and writes go on.

What has to hold: after the swap the new indices have, of every digest in the topic, exactly the newest version's items, as if they had been
there all the time; no digest is lost, whoever writes while the aliases move. Why it does:

1. Until the swap nobody else writes to the new indices, and they are filled by the indexer's own Writer in the topic's order by digest, so they
   are what the topic says up to the offsets that were read (F).

2. The swap is one request: no search and no write finds an alias missing or on two indices. Open points in time stay with the old index.

3. An indexer takes a batch in four steps (manifests read, manifests written, items, manifests once more), each under the alias. A batch under way
   while the aliases move leaves its last steps in the new indices. What harm that does, and what mends it:

   - Its digest may lack what the first steps wrote to the old. Such a record lies before the topic's end as seen after the swap (E), and we go
     on reading until E: each such record is written once more and whole, by us. A record from E on is read by indexers after the swap,
     so that all of its steps meet the new indices.
   - It may write a manifest whose list of items to delete was worked out from the old index's manifest. (A manifest replaces just the one that was
     read, by its sequence number. But both indices number their documents alike, so the old one's number may be right in the new one too.) The
     new one may have been behind that or ahead of it, and then an item of its last version is named nowhere any more and would stay for ever. So
     may an older version's item that is written after we wrote, and deleted nothing of, a newer one; and two writers of one digest (it and we)
     may lose an item's deletion in the same way. All of these leave one thing only: an item that its digest's manifest does not name, of a
     version not above the manifest's. None loses an item, as deletions carry versions too and reach nothing that a newer version wrote. A manifest
     that was replaced by an older one so comes back with its own record, which lies behind the older one's and is not committed before it.
   - Those items are swept: for each digest with a record that could have been under way (from what the group had committed before the swap, C,
     to E) items are looked up, and what the manifest does not name is deleted under the manifest's version. That may be done at any time: a
     newer version that has such an item again stands above the deletion.
   - Sweeping ends it only when no such batch is under way any more. An indexer commits an offset when everything before it is answered for:
     once the group has committed E, or has no members, those batches have ended. (A member that was thrown out of the group and is not dead could
     still write. That is so without a rebuild as well, and as unlikely.)

4. What is left to do after the swap (from which offsets on) is written into the lock's document before it, and stays there until it is done: after
   a kill -9 the next run does it first.

5. The old indices know C as of the swap: everything before it they have. Going back feeds them from there, and swaps by the same steps.

What a live indexer refused is refused here by the same code and only counted, as its dead letter exists. Where the new mapping refuses more,
the comparison finds the digest missing and nothing is swapped.
"""
