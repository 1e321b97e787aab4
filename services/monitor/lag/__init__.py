"""How far each stage is behind: looked at from outside, by Kafka's admin API, so that it is known of a dead stage too.

window.py    looks at a partition over some minutes → OK, WARN, STOP, STALL or REWIND, trend and time to clear
measured.py  a round's facts → metrics by stage and partition
"""
