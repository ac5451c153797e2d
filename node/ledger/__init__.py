"""The executed ledger: opened, built upon, executed, written, one block after the other."""
