"""What Meta's channels share: the Graph API client and its error envelope. Not a channel itself."""
