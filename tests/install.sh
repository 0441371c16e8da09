#!/bin/sh
# Installs what the tests need beyond a Rust toolchain and a C/C++ compiler: Debian's packages.
# Run as root, or with sudo.
set -eu
# LibreOffice opens the documents that are rendered, poppler measures their pages, Chromium opens the
# pages, nginx stands before them, and all need fonts. aiosmtpd is the mail server that mails are sent to, feedparser reads feeds, and
# Python reckons figures once more.
packages="git strace python3 python3-aiosmtpd python3-feedparser chromium chromium-driver libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils nginx-light fonts-noto-cjk fonts-dejavu-core"
missing=""
for package in $packages; do
    dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
done
if [ -n "$missing" ]; then
    as_root=""
    [ "$(id -u)" -eq 0 ] || as_root="sudo"
    $as_root apt-get update -q
    # shellcheck disable=SC2086 # the list is meant to be split
    $as_root apt-get install -y -q --no-install-recommends $missing
fi
