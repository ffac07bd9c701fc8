"""Businesses and the things they are known by: places, shop accounts, payment merchants; and the ladder they climb.

Owns identifiers (NIB, NPWP, KBLI, region), size class, possible duplicates and the append-only ladder with its funnel.
Refuses persons and sign-in (accounts), what a business sells (catalog) and how it talks to a channel (shops).
"""
