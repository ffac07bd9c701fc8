"""One file for each room of the house; `lapak.web.urls` says which address leads where."""
