#!/usr/bin/env python3
"""Fetches the Go toolchain into a folder: as a module, from the Go module proxy, checked by its hash.

    fetch_go.py FOLDER

Afterwards FOLDER/bin/go is of the version pinned here. The archive is written to FOLDER.zip and removed at the end; a folder
appears under its name only when it is whole. The hash is Go's own for a module (golang.org/x/mod/sumdb/dirhash), so that it
can be compared with https://sum.golang.org/lookup/golang.org/toolchain@VERSION.
"""

import base64
import hashlib
import pathlib
import platform
import shutil
import sys
import urllib.request
import zipfile

VERSION = "1.26.8"
PROXY = "https://proxy.golang.org/golang.org/toolchain/@v"
HASHES = {
    "linux-amd64": "h1:ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM=",
    "linux-arm64": "h1:sYL/O6MqS68ML0kjsQ36WoYIpJqkw60TxizWUYUKQMc=",
}
PLATFORMS = {"x86_64": "linux-amd64", "aarch64": "linux-arm64"}
SECONDS = 60


class FetchError(Exception):
    """What happened, and what to do."""


def module_of(name):
    return f"golang.org/toolchain@v0.0.1-go{VERSION}.{name}"


def hash_of(archive):
    """Go's hash of a module: that of the sorted list of its files' hashes and names."""
    lines = []
    for name in sorted(archive.namelist()):
        with archive.open(name) as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {name}\n")
    return "h1:" + base64.b64encode(hashlib.sha256("".join(lines).encode()).digest()).decode()


def unpack(path, module, expected, folder):
    """Checks the archive of the module and puts its files, without the module's name, into the folder."""
    with zipfile.ZipFile(path) as archive:
        found = hash_of(archive)
        if found != expected:
            raise FetchError(f"{module} has the hash {found}, not {expected}: it is not what was released; try again later")
        parts = pathlib.Path(f"{folder}.part")
        shutil.rmtree(parts, ignore_errors=True)
        archive.extractall(parts)
    root = parts / module
    # The archive of a module has no modes.
    for program in [*root.glob("bin/*"), *root.glob("pkg/tool/*/*")]:
        program.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)
    root.rename(folder)
    shutil.rmtree(parts)


def fetch(folder):
    name = PLATFORMS.get(platform.machine())
    if name is None:
        raise FetchError(f"no Go toolchain is pinned for {platform.machine()}; install Go {VERSION} or newer")
    url = f"{PROXY}/v0.0.1-go{VERSION}.{name}.zip"
    path = pathlib.Path(f"{folder}.zip")
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as response, path.open("wb") as file:
            shutil.copyfileobj(response, file)
        unpack(path, module_of(name), HASHES[name], folder)
    except (OSError, zipfile.BadZipFile) as error:
        raise FetchError(f"cannot fetch {url}: {error}; check the network, or install Go {VERSION} or newer") from error
    finally:
        path.unlink(missing_ok=True)


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        fetch(pathlib.Path(sys.argv[1]).absolute())
    except FetchError as error:
        print(f"fetch_go: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
