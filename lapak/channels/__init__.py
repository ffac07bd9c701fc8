"""Connectors to the platforms, one folder each, behind the small protocols of the kit. No Django here."""
