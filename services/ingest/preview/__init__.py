"""`POST /v1/preview`: what a digest would become; it takes what `POST /v1/digests` takes and publishes nothing."""
