"""What an operator sees of a node: metrics, the log, and watches over peers, votes, clocks and the disk."""
