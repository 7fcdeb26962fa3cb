"""The staff's page of e-Musrenbang."""
