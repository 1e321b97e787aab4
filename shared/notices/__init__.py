"""Messages to people: by webhook, mail, WeCom, DingTalk and Feishu, for changes of health and for alerts.

notice.py    what is said, the same for all channels
channel.py   where it goes: a file of channels ↔ their models
forms.py     a notice and a channel → the request that the channel documents, signed
answers.py   a channel's answer → delivered, to be tried again, or wrong for good
send.py      a notice → delivered by HTTP or SMTP
grouping.py  what is wrong from moment to moment → which notices to send: grouped, silenced, with recoveries
"""
