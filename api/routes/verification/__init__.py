"""Credentials judged for whoever sends them."""
