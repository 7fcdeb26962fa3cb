"""The registry: who lives where, who vouched for it, and the acts of the desk."""
