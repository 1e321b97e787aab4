"""Sources over HTTP: form.py reads what a person fills in, words.py says in Chinese what is wrong with it, routes.py are the API and the pages."""
