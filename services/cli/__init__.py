"""The `jianbao` command; its subcommands live beside what they drive."""
