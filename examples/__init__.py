"""An invented shop with its product sheets and photos, to try Lapak with. `make.py` makes the files."""
