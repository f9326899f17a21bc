"""What the platform knows of a record, as evidence for whoever reviews it (存证)."""
