"""Bodies of the state and the Party in a text: `find` where, `facts` what can be told of each. Pure."""
