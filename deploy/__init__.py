"""How jianbao is run: local engines, container image."""
