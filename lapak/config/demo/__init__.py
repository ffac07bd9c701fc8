"""The demo: the main job played to its end by real processes, and a country in small to look at.

Everything goes the way an owner, a buyer and an officer go; nothing here writes a table by itself.
"""
