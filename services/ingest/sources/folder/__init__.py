"""Folders whose files are digests: watched, each file taken once when it is whole, and put aside with a reason where it can't be taken."""
