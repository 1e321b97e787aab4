"""A service's port in, exit status 0 out when its `/readyz` answers 200: the health check of containers, which have no curl.

python deploy/ready.py 8401
python deploy/ready.py         whichever of our six listens here
"""

import http.client
import sys

SECONDS = 4
"""A second above what the checks themselves may take, and below what the container's health check allows."""

PORTS = (8401, 8402, 8403, 8404, 8405, 8406)
"""Of ingest, search, enrich, index, monitor and fetch, where their settings don't say otherwise."""


def status(port: int) -> int | None:
    """What `/readyz` answers on this port, None where nobody does; what was said is printed, as `docker inspect` shows it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        sys.stdout.write(answer.read(2000).decode("utf-8", "replace") + "\n")
        return answer.status
    except OSError as error:
        sys.stdout.write(f"{port}: {error}\n")
        return None
    finally:
        connection.close()


def main(ports: list[int]) -> int:
    """0 when one of the ports is ready."""
    return 0 if any(status(port) == 200 for port in ports) else 1


if __name__ == "__main__":
    sys.exit(main([int(port) for port in sys.argv[1:]] or list(PORTS)))
