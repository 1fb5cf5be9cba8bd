"""Answers questions, fast, only to those allowed."""
