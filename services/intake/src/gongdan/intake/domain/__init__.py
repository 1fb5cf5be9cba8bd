"""What intake decides: pure functions from what came in to one normalised message."""
