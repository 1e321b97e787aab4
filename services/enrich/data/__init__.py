"""Data files of the enricher (divisions, agencies, companies, schemes, taxonomy) and the scripts that build them. See SOURCE.md."""
