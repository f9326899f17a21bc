"""Complaints about the platform and suggestions, apart from all records (投诉建议)."""
