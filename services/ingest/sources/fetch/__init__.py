"""Documents from the web, fetched without becoming anybody's way into this network."""
