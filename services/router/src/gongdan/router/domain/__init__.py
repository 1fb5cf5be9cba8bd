"""Router's decisions, pure: what comes in, what is known and the time are arguments; what happens is returned."""
