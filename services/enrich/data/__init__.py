"""Data files of the enricher (divisions, listed companies, schemes, taxonomy) and the scripts that build them. See SOURCE.md."""
