"""Operations that take the keys of several: proposing them, and what becomes of a proposal."""
