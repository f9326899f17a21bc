"""Intake: receive, read, validate, attach, post; every fault goes back to its sender (归集)."""
