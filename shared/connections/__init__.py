"""Who may connect, for how long and how slowly: the same for every port that a service listens on."""
