"""Decides which ticket a message belongs to, what kind it is, who works on it and what happens next."""
