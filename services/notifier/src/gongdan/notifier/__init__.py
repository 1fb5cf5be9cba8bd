"""Tells people and systems, once each, without storms."""
