"""Pages as tests look for other people's scripts in them."""

import re

OUR_SCRIPTS = re.compile(r'<script( type="module"| defer)? src="/static/[a-z]+\.js\?v=[0-9a-f]{12}"( type="module"| defer)?></script>')


def without_our_scripts(page: str) -> str:
    """Return the page without the script elements that load files of ours."""
    return OUR_SCRIPTS.sub("", page)
