"""What happens to clocks and timers: tickets move on, policies change, a time comes."""
