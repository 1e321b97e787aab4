"""What a source's digests look like, over time: a publisher that changes its layout is seen by it.

drift.py   figures of a source's digests, in their order → what changed all at once
"""
