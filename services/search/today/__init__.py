"""The day's news: which digests came out, what they are about, and which documents and targets are new in them."""
