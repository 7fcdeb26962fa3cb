"""What a city's technician looks at: the pack, and the secrets of providers."""
