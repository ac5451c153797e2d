"""Credentials as SD-JWT: a signed token whose holder shows some of its claims, and keeps the others back."""
