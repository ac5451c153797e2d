"""Files beside the store: read no further than they may be long, written whole or not at all."""
