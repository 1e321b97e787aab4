"""What the search API takes and answers, as pydantic models. Pure."""
