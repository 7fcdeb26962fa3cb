"""e-Musrenbang: what residents propose for where they live, and who supports it."""
