"""What mails and saved pages have in common: the form of MIME messages."""
