"""Open data: files of what is public, so that nobody scrapes, and what copies are to drop."""
