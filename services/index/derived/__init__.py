"""What an item's document holds beyond what enrich said of it: each module a pure function over the text or the entities."""
