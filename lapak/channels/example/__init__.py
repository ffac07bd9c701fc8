"""Pasar Contoh, a market that does not exist: the folder to copy for a new channel.

Owns its words. Small on purpose: it takes listings and pushes orders, and its keys never expire.
"""
