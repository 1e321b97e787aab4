"""What a source's digests look like, over time: a publisher that changes its layout is seen by it.

figures.py  an enriched digest ↔ the figures that its manifest keeps of it
drift.py    figures of a source's digests, in their order → what changed all at once
words.py    what changed → what is said of it
"""
