"""The audit log: every deed in the transaction that does it, sealed so that nobody alters it."""
