"""What somebody asks for → a query of Elasticsearch."""
