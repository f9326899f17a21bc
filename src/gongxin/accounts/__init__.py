"""Units that report, decide and use (单位)."""
