"""Sources that are watched: folders, feeds, pages and mailboxes, each of whose digests goes the way of one that is pushed."""
