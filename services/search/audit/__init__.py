"""What operators did: records.py reads the end of the operations topic, trail.py makes one entry of an operation's records and chooses."""
