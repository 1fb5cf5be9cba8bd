"""A service of nothing but the kit, for testing the kit."""
