"""The database kit: one transaction per batch, with inbox and outbox in it; the relay; leases; migrations."""
