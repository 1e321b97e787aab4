"""What could not be processed: grouped.py makes the answer, lines.py what is saved of it, words.py says it in Chinese."""
