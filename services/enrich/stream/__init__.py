"""The Faust worker around the pure core: raw records in, enriched records and dead letters out. `run` is where to begin."""
