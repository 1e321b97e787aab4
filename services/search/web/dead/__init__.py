"""Dead letters over HTTP: requests.py checks what is asked, service.py does it, routes.py are the API and the pages."""
