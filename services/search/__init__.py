"""Searching items: queries and answers (pure), the API, the pages, the pipeline's health."""
