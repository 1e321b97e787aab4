"""A digest's way: as JSON, as a page, and in a few words wherever a page has no digest to show.

routes.py  /api/journey and /journey
words.py   where a digest is, and what a step was, in Chinese
"""
