"""Short names as queries, judged items as answers: how much that is found is right, and how much of the right is found."""
