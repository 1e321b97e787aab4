"""What rebuild and reconcile compare by: one model of what is held of a digest, one comparator, one way to read an index."""
