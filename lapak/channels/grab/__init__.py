"""GrabFood: the menu it fetches from us, single items updated, orders taken, and what it tells us by its calls.

Owns Grab's words, states and money. Refuses to know where the menu comes from and where its orders go.
"""
