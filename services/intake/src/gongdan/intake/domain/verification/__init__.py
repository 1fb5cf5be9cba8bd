"""Proofs of a request's sender: one file per scheme. See `gongdan.intake.domain.webhooks` for the door to them."""
