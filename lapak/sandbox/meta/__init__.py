"""What practice Facebook, Instagram and WhatsApp share, as the real ones share the Graph API: its door, its webhooks,
the product catalogue and the chats. Written from Meta's public documents as read on 2026-11-24."""
