"""What ingest asks enrich for before a digest is fed, and what it answers whoever asked: the digest as it would be published. Pure."""
