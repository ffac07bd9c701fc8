"""The one product list of a business: products, variants, photos, prices, stock, and sheets in and out.

Owns the stock truth: what is on hand, what is reserved, and every move between. Refuses to know channels, shops and
orders: an order is a plain id here, a channel gets plain data (`publishable`), and nothing is sent anywhere.
"""
