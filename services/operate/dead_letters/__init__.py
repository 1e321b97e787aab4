"""`jianbao dead`: dead letters listed, shown, sent again, exported and discarded on a terminal."""
