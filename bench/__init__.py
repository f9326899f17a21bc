"""Measurements beside peers: ``python -m bench`` prints ratios of one run (docs/benchmarks.md)."""
