"""Pushes: other systems are told that public records changed, and told until they heard it."""
