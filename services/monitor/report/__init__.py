"""Facts of one moment → what is wrong, why, since when, what it means for people, and what to do.

facts.py   what was measured
rules.py   facts → findings, each by one rule
behind.py  facts → until when what was received is searchable
texts.py   a finding → its sentences, in Chinese for pages and in English for programs
report.py  findings → the report: green, yellow, red or unknown for each part, one root cause first
"""
