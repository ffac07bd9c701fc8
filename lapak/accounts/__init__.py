"""Persons: who they are, how they sign in, what they own, which roles and scopes they hold, what they consented to.

Owns one-time codes, ownership of businesses, caseloads, roles and consents, and turns a person into an `Actor`.
Refuses sending (messaging listens to `CodeAsked`) and everything a business is (registry).
"""
