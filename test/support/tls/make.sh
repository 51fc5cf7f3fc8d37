#!/bin/sh
# Made the certificates in this folder, once, so that tests need no openssl. They hold from 2000 to 2125 (expired.pem until
# 2001), whatever the clock of a test machine says. One key serves them all; it protects nothing.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: >"$work/index"
cat >"$work/ca.cnf" <<EOF
[ca]
default_ca = test
[test]
database = $work/index
new_certs_dir = $work
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[ca_ext]
basicConstraints = critical,CA:TRUE
[leaf_ext]
basicConstraints = CA:FALSE
subjectAltName = \${ENV::NAMES}
EOF
make() { # file, alternative names, end, how it is signed
  export NAMES="$2"
  end=$3 file=$1
  shift 3
  openssl req -new -key key.pem -subj "/CN=$file" -out "$work/request"
  openssl ca -batch -notext -config "$work/ca.cnf" -in "$work/request" -keyfile key.pem -startdate 20000101000000Z \
    -enddate "$end" -out "$file.pem" "$@"
}
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
make ca DNS:ca 21250101000000Z -selfsign -extensions ca_ext
make stranger DNS:stranger 21250101000000Z -selfsign -extensions leaf_ext
make server DNS:localhost,IP:127.0.0.1 21250101000000Z -cert ca.pem -extensions leaf_ext
make other-host DNS:influx.example 21250101000000Z -cert ca.pem -extensions leaf_ext
make expired DNS:localhost,IP:127.0.0.1 20010101000000Z -cert ca.pem -extensions leaf_ext
make client DNS:node-red 21250101000000Z -cert ca.pem -extensions leaf_ext
