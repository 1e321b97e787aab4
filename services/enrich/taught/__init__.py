"""Issues of a source with the items that a person saw in them → how its other issues are split.

given.py      a file with right items → those items
page.py       an issue as its lines, with what the general splitter says of each
keys.py       a line → its style keys, from its words to its mere kind
votes.py      labelled lines → how likely each label is for the lines of another issue
forms.py      lines and the titles in them → the rule that takes such titles
habits.py     labelled issues → where titles, texts and names of sections stand
stories.py    labels and habits → items
agreement.py  items as they should be and as they are → how well they agree
taught.py     all of this in order, and when to leave an issue to the general splitter
"""
