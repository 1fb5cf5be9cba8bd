"""The outside of notifier: its tables, the mail server, webhook endpoints, the template files."""
