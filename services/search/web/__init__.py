"""The HTTP side: routes of API and pages, templates and static files, keys and forms."""
