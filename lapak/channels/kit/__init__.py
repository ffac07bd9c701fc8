"""What every channel shares: protocols, errors that say who acts, the manifest, the loader and the contract suite.

Knows no channel by name; a connector is opened from its manifest.
"""
