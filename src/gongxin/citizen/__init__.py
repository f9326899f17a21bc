"""A person's own records and consents, served by a process of its own (本人查询)."""
