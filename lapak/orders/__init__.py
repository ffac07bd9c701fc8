"""The ledger of orders: each order of each channel once, its state as the channel tells it, and what the owner did.

Amounts are kept as the channel gave them and never recomputed. Refuses to know stock or listings: it holds plain ids.
"""
