"""What an operator runs: these import the services, never the reverse."""
