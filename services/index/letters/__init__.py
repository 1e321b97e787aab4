"""Dead letters: a record of the dead topic in, what became of it, and what an operator does about it, out."""
