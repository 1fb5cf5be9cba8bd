"""What api does: it projects what it hears, and keeps who may sign in."""
