"""Dead letters: what they say, what became of each, and what an operator may do about it; asked by command, API and page."""
