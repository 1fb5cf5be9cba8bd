"""Mail: from bytes to one message. Everything here is pure and never raises, whatever the bytes."""
