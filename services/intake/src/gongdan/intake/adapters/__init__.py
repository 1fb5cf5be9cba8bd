"""Intake's connections to the world outside, one file per thing."""
