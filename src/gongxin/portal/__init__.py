"""The public site: search, an organisation's page, explanations (公共门户)."""
