"""What rebuild and reconcile compare by: one way to read an index."""
