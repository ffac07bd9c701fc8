"""WhatsApp Business Cloud API: sends approved templates to a phone, and reads what became of them.

Owns WhatsApp's words and codes. Refuses to know who is written to and why, and reads no conversations (yet).
"""
