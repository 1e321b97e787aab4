"""Parts of a Word file: the package, its list numbering, its styles."""
