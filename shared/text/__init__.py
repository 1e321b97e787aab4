"""Chinese text made comparable: folded, cut into words and pairs, spelt, and keyed. Pure."""
