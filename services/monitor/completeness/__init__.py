"""Topics and index in, every few seconds whether they say the same out; cheap, in slices, never a repair (`jianbao reconcile` does that)."""
