"""Sound on the virtual network's calls: what each side says, a modem's audio port, what it plays by itself."""
