"""One line of text → what is searched for, as a tree; or an error that says where and how to mend it. Pure."""
