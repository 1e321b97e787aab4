"""Tables of names, meant to be edited: a full name and the forms that are printed for it."""
