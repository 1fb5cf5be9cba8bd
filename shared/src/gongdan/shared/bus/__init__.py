"""The bus kit: subscribing with every policy explicit, batches that stop for nobody, the outbox relay."""
