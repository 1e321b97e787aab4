"""Raw digests from the archive in, the same digests enriched by this build out, beside the live stream and behind it."""
