"""The whole pipeline on one machine: `jianbao demo` in the foreground, `jianbao up`, `down` and `status` in the background."""
