"""Blibli's Seller API: keys a seller copies to us, submissions that wait in a queue, orders told by asking.

Owns everything that is Blibli's alone: its signing, codes, statuses and quotas. Knows no other channel, no table.
"""
