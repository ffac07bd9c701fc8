"""Local stand-ins for the selling platforms, written from their public documents.

Owns: practice shops, practice buyers, practice phones, and the switches that make a platform misbehave.
Refuses: any knowledge of Lapak. It imports nothing of the product and nothing imports it, so that one misreading
of a platform's documents cannot hide on both sides of a test.
"""
