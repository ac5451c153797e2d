"""What a node starts from: its settings, its founding, the genesis document, and whose keys that lists."""
