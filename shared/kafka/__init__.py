"""Kafka as every service needs it: clients and topics, a sender, how far a group is, and a topic read to its end."""
