"""What concerns natural persons, sealed: intake files it, nothing else reaches it (封存)."""
