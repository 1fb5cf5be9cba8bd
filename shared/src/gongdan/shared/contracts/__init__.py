"""What services say to each other: topics, envelopes, and the payload of every event type.

Contracts evolve additively: fields are added with defaults, never renamed, retyped or removed.
"""
