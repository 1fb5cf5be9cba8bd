"""Definitions: what a business changes without code. One file per kind, a registry, and the catalog in force."""
