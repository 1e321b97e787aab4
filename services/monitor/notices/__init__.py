"""Changes of health → people: reports in, notices out to the channels of a file.

words.py    what changed → the notice that says it
worker.py   reports → grouped for each channel, delivered, tried again while a channel is away
memory.py   what was told and what waits ↔ a file, for the time after a restart
command.py  `jianbao notify`: the channels of the file, and a test notice to each
"""
