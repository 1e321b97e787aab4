"""How the pipeline is: measured every two seconds, judged when it is asked for."""
