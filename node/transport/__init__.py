"""How a node reaches the other nodes: the port, its twin in memory and libp2p behind it."""
