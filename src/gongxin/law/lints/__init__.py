"""Lints of law, one module a kind of clause: what must not act is refused before it is compiled."""
