"""The history of api's schema."""
