"""Transactions that wait for a block: admitted, kept in fair shares, and sent to those who can order them."""
