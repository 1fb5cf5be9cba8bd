"""Where clocks and timers are kept, where policies come from, and what drives the service besides messages."""
