"""Answers made from a view of the ledger, and the rows that they are made of: for every group of routes."""
