"""The ledger: append-only entries about organisations, their current state, and segments."""
