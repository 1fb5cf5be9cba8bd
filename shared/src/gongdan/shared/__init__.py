"""What the five services have in common: the contracts they speak and the kit they are built with.

Nothing in here knows a service; services know this package and never each other.
"""
