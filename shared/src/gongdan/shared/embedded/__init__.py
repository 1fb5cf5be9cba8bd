"""Gongdan on one machine from one command: PostgreSQL, a Kafka broker, the five services and a front door.

Needs the extra `gongdan-shared[embedded]`. In a cluster nothing of this room is imported.
"""
