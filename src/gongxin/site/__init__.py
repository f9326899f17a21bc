"""Settings, addresses and the WSGI application: the only room that knows all others."""
