"""Credit checks: facts, entries and measures about one organisation; never a verdict (核查)."""
