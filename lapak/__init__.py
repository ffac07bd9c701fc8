"""Lapak: from a stall to selling on marketplaces, and the truth about how many got there."""
