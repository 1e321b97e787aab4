"""The lines of a digest → what each of them is, by a model that was trained on labelled digests; and the items that follow from it.

look.py        a line as the model sees it: its layout, marker, emphasis, links
styles.py      lines that look alike in one document, and how regularly they come
features.py    a document's lines → numbers, each relative to that document
trees.py       numbers → the probability of each label
context.py     what the first pass said of lines of the same style and nearby → more numbers for the second
labels.py      probabilities → the likeliest labels in a row
model.py       the weights, and all of this in order
items.py       labels → items with sections, contents list and boilerplate
"""
