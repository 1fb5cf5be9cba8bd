"""A simulated year of sla-timer: a log of tickets, the service at work on it, and a slow calculator that checks it."""
