"""Sources over HTTP.

form.py    what a person fills in ↔ the fields of an entry
words.py   what is wrong with it, in Chinese
routes.py  the API and the pages
names.py   what sources are called, for whatever answers a request
"""
