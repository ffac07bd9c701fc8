"""Tokopedia, whose shops TikTok Shop's Open API has served since the two were joined: one seller, two shop windows.

Owns everything that is TikTok Shop's alone: its signing, codes, statuses and fields. Knows no other channel, no table.
"""
