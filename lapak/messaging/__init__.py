"""Words to people's phones: what is to be said, to whom, because of what; sent once, with what became of it.

Owns the outbox of messages, the templates' words and the sending. Knows phones and languages, no business and no shop.
Refuses to decide when something is worth saying: workflows do.
"""
