"""What notifier does: it queues a delivery for whoever is to hear of an event, and it sends what is due."""
