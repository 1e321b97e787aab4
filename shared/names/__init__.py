"""Names that a body or a firm goes by: one table of them, `data/`, for all that reads or searches names."""
