"""Shopee, Open Platform API v2: listings, categories, orders, shipment, consent and pushes of one shop each.

Owns every word of Shopee's (paths, codes, statuses, signing). Refuses to know businesses, products or our tables.
"""
