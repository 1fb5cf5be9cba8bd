"""The history of notifier's own schema."""
