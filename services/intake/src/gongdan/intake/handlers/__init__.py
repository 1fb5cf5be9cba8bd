"""What intake does with each thing that can come in: load, decide, keep."""
