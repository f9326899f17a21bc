"""Engines: the rule language as SQL, columnar tables, and the reading of files."""
