"""Known-item search: headlines as queries, bodies without titles as documents, and how high its own body ranks for each headline."""
