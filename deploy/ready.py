"""A service's port in, exit status 0 out when its `/readyz` answers 200: the health check of containers, which have no curl.

python deploy/ready.py 8401
"""

import http.client
import sys

SECONDS = 4
"""A second above what the checks themselves may take, and below what the container's health check allows."""


def main(port: int) -> int:
    """Ask once; 1 when the answer is another or none, with what was said."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        sys.stdout.write(answer.read(2000).decode("utf-8", "replace") + "\n")  # shown by `docker inspect`
        return 0 if answer.status == 200 else 1
    except OSError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
