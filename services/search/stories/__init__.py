"""Items that tell the same story, are alike, or follow one document."""
