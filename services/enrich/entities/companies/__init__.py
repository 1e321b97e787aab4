"""Companies in a text: `find` puts together what each of the other modules tells them by. Pure."""
