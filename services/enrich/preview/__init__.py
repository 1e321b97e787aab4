"""What a digest would become, for whoever is about to feed it: asked by HTTP, made in a child of its own, and published nowhere."""
