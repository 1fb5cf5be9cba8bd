"""Apache Kafka for tests: found or fetched, started in KRaft mode, killed and started again."""
