"""The event-driven services: ingest, enrich, index (with its search), and the `jianbao` command over them."""
