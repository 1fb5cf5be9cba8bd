"""The history of the schema `sla_timer`."""
