"""Official lists with their versions: regions (Kemendagri) and kinds of business (KBLI), shipped or loaded from a file.

Owns the lists, their loading and searching. Refuses everything that is not an official list.
"""
