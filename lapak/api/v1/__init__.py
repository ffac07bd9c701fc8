"""Version 1 of the API, one module for each kind of thing. Only shapes and calls; the trade is in the modules below."""
