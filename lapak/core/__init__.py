"""What every layer needs and that knows no trade: errors, the actor, the clock, ids, money, events, jobs, secrets.

Owns the event log and the deliveries that follow from it. Refuses words of the trade: no product, shop or order here.
"""
