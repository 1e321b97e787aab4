"""Archive, enriched topic and index in, what differs between them out; and put right where that is asked for."""
