"""As much of curl as the README uses, for machines that have none."""

import argparse
import sys
import urllib.error
import urllib.request


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-N", action="store_true")
    parser.add_argument("--max-time", type=float, default=30.0)
    parser.add_argument("-w", default="")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d")
    given = parser.parse_args()
    headers = dict(header.split(": ", 1) for header in given.H)
    data = given.d.encode() if given.d is not None else None
    request = urllib.request.Request(f"http://{given.url}", data, headers)
    try:
        answer = urllib.request.urlopen(request, timeout=given.max_time)  # noqa: S310
    except urllib.error.HTTPError as refusal:
        answer = refusal
    try:
        while chunk := answer.read1():
            sys.stdout.write(chunk.decode())
    except TimeoutError:
        return 28
    finally:
        answer.close()
    sys.stdout.write(given.w.replace("%{http_code}", str(answer.status)).replace("\\n", "\n"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
