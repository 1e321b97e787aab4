"""What of enrichment runs on a command line: `jianbao parse`, `extract` and `profile`, without any server."""
