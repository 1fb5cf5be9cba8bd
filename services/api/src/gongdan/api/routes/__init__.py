"""What can be asked over HTTP. Each module makes the routes of one subject from the ports they need."""
