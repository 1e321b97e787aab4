"""The monitor's own digest → indices of its own, in the way that all digests take, and in nobody's way.

writer.py  its documents → written within seconds or not at all
"""
