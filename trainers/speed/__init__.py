"""How long a step takes, and the operations that it needs."""
