"""The history of router's schema."""
