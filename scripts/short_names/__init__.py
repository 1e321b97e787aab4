"""Short names as queries, items judged by reading as answers: how much of what is found is of the named thing, and how much of that is found."""
