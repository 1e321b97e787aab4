"""`jianbao status`: is everything ready, and if not, what is wrong and what is to be done?

look.py   what was asked → one colour and an exit status
ask.py    the monitor, and each service and engine by itself
show.py   for people, and as JSON
"""
