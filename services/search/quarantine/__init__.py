"""Digests that are held because they seem to be none: which there are, and what is said of them.

listing.py   the index → a page of them, how many of which kind
words.py     codes and figures → Chinese
count.py     how many there are, for whatever page is shown
"""
