"""What stands beside the pipeline and looks at it all the time: whether the index holds all that the topics say."""
