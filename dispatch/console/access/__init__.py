"""Who may: users, their sessions and proofs, the tokens of other systems."""
