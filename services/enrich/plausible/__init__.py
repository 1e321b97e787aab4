"""A document as read and split → why it is no digest, or None: source code, logs, data, feeds, error pages and their like.

    lines.py    what a single line looks like: Chinese, English, code, a record of a log …
    figures.py  a document → what is measured of it
    pages.py    the short texts of error, login and captcha pages
    judge.py    the figures → a Quarantine, or None

A digest that is held by mistake costs more than a log file that becomes searchable, so each rule wants more than one sign, and
text that reads as Chinese speaks against all but those that look at the form of the whole.
"""

from services.enrich.plausible.judge import judge

__all__ = ["judge"]
