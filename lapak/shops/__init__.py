"""A business's accounts on the channels: connections, listings (wanted and seen), the inbox of pushes, errands.

Owns every conversation with a platform; no other module opens a connector. Refuses to know products, orders or stock:
it holds their plain ids, and the workflows bring the facts.
"""
